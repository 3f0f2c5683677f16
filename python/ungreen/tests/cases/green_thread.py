async def case_spawn():
    async def f(x):
        log("f", x)
        return x + 1

    g = green.spawn(f, 1)
    log("after spawn", g.dead)
    log(await g.wait(), await g.wait(), g.dead)

    async def s():
        await green.sleep(0.1)
        log("slept")

    g = green.spawn(s)
    await green.sleep(0.02)
    g.cancel()
    log("cancel started: no effect", g.dead)
    await g.wait()
    g = green.spawn(f, 2)
    g.cancel()
    log(g.dead)
    try:
        await g.wait()
    except green.GreenletExit:
        log("GreenletExit")

    async def fin():
        try:
            await green.sleep(5)
        finally:
            log("finally")

    g = green.spawn(fin)
    await green.sleep(0.01)
    log("kill")
    await g.kill()
    log("killed", g.dead)

    def cb(gt, *a, **k):
        log("link", a, k)

    g = green.spawn(f, 3)
    g.link(cb, 1, k=2)
    g.link(cb, 9)
    log(g.unlink(cb, 9), g.unlink(cb, 9))
    await g.wait()
    g.link(cb, "late")
    g = green.spawn(fin)
    w = green.spawn(g.wait)
    await green.sleep(0.01)
    await w.kill()
    log("waiter dead", w.dead, "waitee dead", g.dead)
    await g.kill()


async def case_spawn_after():
    async def f(x):
        log("f", x)
        return x

    g = green.spawn_after(0.05, f, 1)
    await green.sleep(0.05)
    log("main woke")
    log(await g.wait())
    g = green.spawn_after(0.05, f, 2)
    g.cancel()
    await green.sleep(0.1)
    log("cancelled", g.dead)
    green.spawn_after(0.03, f, "b")
    green.spawn_after(0.01, f, "a")
    await green.sleep(0.06)


async def case_kill_runs_handlers_before_it_returns():
    async def target():
        try:
            await green.sleep(5)
        except BaseException as e:
            log("target got", isinstance(e, green.GreenletExit), isinstance(e, Exception))
            raise
        finally:
            log("target finally")

    g = green.spawn(target)
    await green.sleep(0)
    log("before kill", bool(g))
    await green.kill(g)
    log("after kill", g.dead, bool(g))
    try:
        await g.wait()
    except green.GreenletExit as e:
        log("wait raised", type(e).__name__)
    await g.kill()
    log("kill of the dead does nothing")


async def case_kill_with_an_exception():
    async def target():
        try:
            await green.sleep(5)
        except ValueError as e:
            log("target caught", e)
            await green.sleep(0)
            log("target goes on")
        return "recovered"

    g = green.spawn(target)
    await green.sleep(0)
    await g.kill(ValueError("custom"))
    log("after kill", g.dead)
    log(await g.wait())

    async def raises():
        await green.sleep(5)

    g = green.spawn(raises)
    await green.sleep(0)
    await green.kill(g, KeyError, KeyError("k"), None)
    log(g.dead)
    for _ in range(2):
        try:
            await g.wait()
        except KeyError as e:
            log(repr(e))


async def case_kill_two_exceptions_at_once():
    async def target():
        caught = []
        for _ in range(2):
            try:
                await green.sleep(5)
            except (ValueError, KeyError) as e:
                caught.append(repr(e))
        return caught

    g = green.spawn(target)
    await green.sleep(0)

    async def killer(exception):
        await g.kill(exception)

    a = green.spawn(killer, ValueError("1"))
    b = green.spawn(killer, KeyError("2"))
    log(await g.wait())
    await a.wait()
    await b.wait()


async def case_swallowed_kill():
    async def target():
        try:
            await green.sleep(5)
        except green.GreenletExit:
            log("swallowed")
        for _ in range(2):
            await green.sleep(0)
            log("tick")
        return "survived"

    g = green.spawn(target)
    await green.sleep(0)
    await g.kill()
    log("after kill", g.dead)
    log(await g.wait())


async def case_killed_while_it_waits_through_many_layers():
    async def inner():
        try:
            await green.sleep(5)
        finally:
            log("inner finally")
            await green.sleep(0)
            log("inner cleaned up")

    async def middle():
        await inner()

    async def outer():
        try:
            await middle()
        except green.GreenletExit:
            log("outer")
            raise

    g = green.spawn(outer)
    await green.sleep(0)
    await g.kill()
    log("kill returned", g.dead)
    try:
        await g.wait()
    except green.GreenletExit:
        log("dead", g.dead)


async def case_kill_oneself():
    async def target():
        try:
            green.getcurrent().kill()
            log("not reached")
        finally:
            log("finally")

    g = green.spawn(target)
    try:
        await g.wait()
    except green.GreenletExit:
        log("dead", g.dead)
    log(green.getcurrent() is green.getcurrent(), green.getcurrent() is g)


async def case_kill_before_the_start():
    async def target():
        log("never")

    def ended(g):
        log("link", g.dead)

    g = green.spawn(target)
    g.link(ended)
    await g.kill()
    log(g.dead)
    g = green.spawn(target)
    green.cancel(g)
    await green.sleep(0.01)
    log(g.dead)
    try:
        await g.wait()
    except green.GreenletExit:
        log("GreenletExit")


async def case_greenlet_exit_ends_quietly():
    async def target():
        raise green.GreenletExit()

    async def waiter():
        await g.wait()
        log("not reached")

    g = green.spawn(target)
    w = green.spawn(waiter)
    await green.sleep(0.01)
    log(g.dead, w.dead)


async def case_kill_lets_others_run():
    async def target():
        await green.sleep(5)

    async def other():
        log("other runs")

    g = green.spawn(target)
    await green.sleep(0)
    o = green.spawn(other)
    log("kill")
    await g.kill()
    log("kill returned")
    await o.wait()


async def case_exception_of_a_spawned_function():
    async def bad():
        raise ValueError("bad")

    for make in (green.spawn, green.spawn_n):
        make(bad)
    await green.sleep(0.01)
    g = green.spawn(bad)
    await green.sleep(0.01)
    for _ in range(2):
        try:
            await g.wait()
        except ValueError as e:
            log(repr(e), g.dead)
    g = green.spawn(len, "abc")
    log(isinstance(g, green.GreenThread), await g.wait())


async def case_links():
    async def f(x):
        return x

    def link(g, *args, **kwargs):
        log("link", args, kwargs)

    def bad(g):
        log("bad link")
        raise ValueError("link")

    g = green.spawn(f, 1)
    g.link(link, 1)
    g.link(bad)
    log(await g.wait())
    await green.sleep(0.01)
    log(g.unlink(link), g.dead)
    g = green.spawn(f, 2)
    await green.sleep(0.01)
    g.link(link, k=1)


async def case_spawn_after_local():
    async def f(x):
        log("f", x)

    async def short():
        green.spawn_after_local(0.03, f, "never")

    async def long():
        green.spawn_after_local(0.01, f, "local")
        await green.sleep(0.03)

    a = green.spawn(short)
    b = green.spawn(long)
    await a.wait()
    await b.wait()
    await green.sleep(0.05)
    log("end")


async def case_spawn_after_zero():
    async def f(x):
        log(x)

    green.spawn_after(0, f, "zero")
    green.spawn_after(0, f, "zero again")
    green.spawn(f, "spawned")
    await green.sleep(0.01)
    log("main")
