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
