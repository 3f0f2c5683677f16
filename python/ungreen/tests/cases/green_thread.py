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
