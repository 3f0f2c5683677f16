async def case_event():
    e = green.Event()
    r = []

    async def w(i):
        r.append((i, await e.wait()))

    gs = [green.spawn(w, i) for i in range(3)]
    await green.sleep(0)
    e.send("v")
    for g in gs:
        await g.wait()
    log(sorted(r), e.ready(), e.poll(), await e.wait(0.01))
    try:
        e.send(1)
    except AssertionError:
        log("assert")
    e.reset()
    log(await e.wait(0.05), e.ready(), e.poll("nr"), e.has_result())
    e.send_exception(ValueError("x"))
    try:
        await e.wait()
    except ValueError as x:
        log(repr(x), e.has_exception(), e.poll_result("nr"))
    e = green.Event()
    a = green.spawn(e.wait)
    b = green.spawn(e.wait)
    await green.sleep(0)
    await a.kill()
    e.send(7)
    log(await b.wait(), a.dead)
