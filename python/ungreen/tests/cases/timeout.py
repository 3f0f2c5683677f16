async def case_timeout():
    ok = False
    async with green.Timeout(0.02, False):
        await green.sleep(1)
        ok = True
    log("silent", ok)
    try:
        async with green.Timeout(0.02):
            await green.sleep(1)
    except Exception:
        log("wrong")
    except green.Timeout as t:
        log("Timeout", str(t))

    class Mine(Exception):
        pass

    for x in (Mine, Mine("i")):
        try:
            async with green.Timeout(0.02, x):
                await green.sleep(1)
        except Mine as e:
            log("custom", e.args)
    try:
        async with green.Timeout(0.02) as o:
            async with green.Timeout(5, False):
                await green.sleep(1)
        log("wrong")
    except green.Timeout as t:
        log("outer", t is o)
    async with green.Timeout(None) as t:
        await green.sleep(0.01)
        log(t.pending)

    async def f(x):
        await green.sleep(x)
        return "v"

    log(await green.with_timeout(1, f, 0), await green.with_timeout(0.02, f, 1, timeout_value="TV"))

    async def g():
        async with green.Timeout(0.01):
            await green.sleep(1)

    try:
        log(await green.with_timeout(1, g, timeout_value="TV"))
    except green.Timeout as t:
        log("foreign", str(t))

    async def child():
        await green.sleep(0.06)
        return "c"

    gt = green.spawn(child)
    async with green.Timeout(0.01, False):
        await gt.wait()
    log("child alive", not gt.dead, await gt.wait())
    t = green.Timeout(0.05)
    await green.sleep(0.03)
    try:
        async with t:
            log("pending", t.pending)
            await green.sleep(0.04)
            log("wrong")
    except green.Timeout:
        log("clock started at construction")
    async with green.Timeout(0):
        log("no switch, no timeout")
    log(str(green.Timeout(None)), await green.sleep(0.01))


async def case_plain_object():
    async def limited():
        t = green.Timeout(0.01)
        try:
            await green.sleep(1)
            log("not reached")
        except green.Timeout as e:
            log("caught inside", e is t, str(e))
        finally:
            t.cancel()
        await green.sleep(0.02)
        t = green.Timeout(0.05)
        try:
            await green.sleep(0)
        finally:
            t.cancel()
        log("in time", t.pending)
        t.start()
        log("pending", t.pending)
        try:
            t.start()
        except AssertionError:
            log("already started")
        t.cancel()
        await green.sleep(0.06)
        log("did not fire")

    await green.spawn(limited).wait()


async def case_plain_object_with_an_exception_of_ones_own():
    class Mine(Exception):
        pass

    async def limited(exception):
        t = green.Timeout(0.01, exception)
        try:
            await green.sleep(1)
        except Mine as e:
            log("caught inside", e.args)
        finally:
            t.cancel()
        return "done"

    log(await green.spawn(limited, Mine).wait())
    log(await green.spawn(limited, Mine("i")).wait())

    async def silent():
        t = green.Timeout(0.01, False)
        try:
            await green.sleep(1)
        except green.Timeout as e:
            log("even a silent one is raised", e is t, str(e))
        finally:
            t.cancel()

    await green.spawn(silent).wait()


async def case_plain_object_that_is_not_canceled_fires_later():
    async def leaks():
        green.Timeout(0.01)
        log("leaks ends")

    async def main():
        await leaks()
        try:
            await green.sleep(1)
        except green.Timeout as e:
            log("unrelated code hit by", e)

    await green.spawn(main).wait()


async def case_plain_object_surfaces_out_of_finally():
    async def limited():
        t = green.Timeout(0.01)
        try:
            await green.sleep(1)
        finally:
            t.cancel()

    try:
        await limited()
    except green.Timeout as e:
        log("surfaced", e)
    await green.sleep(0.02)
    log("and is over")


async def case_expiry_ends_the_wait_of_a_green_thread():
    async def limited():
        t = green.Timeout(0.01)
        e = green.Event()
        try:
            await e.wait()
        except green.Timeout:
            log("timed out")
        finally:
            t.cancel()
        s = green.Semaphore(0)
        async with green.Timeout(0.01, False):
            await s.acquire()
        log(s.balance)
        return "v"

    log(await green.spawn(limited).wait())


async def case_is_timeout():
    log(
        green.is_timeout(green.Timeout(None)), green.is_timeout(TimeoutError()), green.is_timeout(1)
    )
    t = green.Timeout(None, ValueError)
    log(t.pending, str(t), t.seconds, t.exception, t.is_timeout)
    log([str(green.Timeout(None)), issubclass(green.Timeout, Exception)])
    t = green.Timeout(5, False)
    log(str(t), t.pending)
    t.cancel()
    t = green.Timeout(1, ValueError("x"))
    log(str(t))
    t.cancel()


async def case_foreign_exceptions_pass():
    try:
        async with green.Timeout(1, False):
            raise TimeoutError("from the code")
    except TimeoutError as e:
        log(repr(e))
    try:
        async with green.Timeout(1, False):
            raise green.Timeout(None)
    except green.Timeout:
        log("another Timeout passes a silent one")


async def case_swallowed_expiry():
    async with green.Timeout(0.01):
        try:
            await green.sleep(1)
        except BaseException:
            log("swallowed")
        await green.sleep(0.02)
        log("no second one")
    log("after")
    async with green.Timeout(0.01, False):
        await green.sleep(1)
    log("a later one works")


async def case_with_timeout_forms():
    async def slow(x, k=None):
        await green.sleep(x)
        return k

    log(await green.with_timeout(1, slow, 0, k=5))
    try:
        await green.with_timeout(0.01, slow, 1)
    except green.Timeout as e:
        log(str(e))
    log(await green.with_timeout(None, slow, 0))
    try:
        await green.with_timeout(1, int, "x")
    except ValueError:
        log("ValueError")
