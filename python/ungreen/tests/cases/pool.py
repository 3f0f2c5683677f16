async def case_respool():
    n = [0]

    def mk():
        n[0] += 1
        return n[0]

    p = green.Pool(max_size=2, create=mk)
    log(p.free(), p.waiting())
    async with p.item() as a:
        async with p.item() as b:
            log(a, b, p.free())
            g = green.spawn(p.get)
            await green.sleep(0.01)
            log("waiting", p.waiting())
        log("third", await g.wait())
        p.put(await g.wait())
    log(list(p.free_items), n)
    s = green.Pool(max_size=3, order_as_stack=True, create=mk)
    x = await s.get()
    y = await s.get()
    s.put(x)
    s.put(y)
    log((await s.get()) == y)

    def bad():
        raise IOError("down")

    q = green.Pool(max_size=1, create=bad)
    for _ in range(2):
        try:
            await q.get()
        except IOError as e:
            log(e, q.free())
