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


async def case_token_pool():
    p = green.TokenPool(max_size=1)
    async with p.item() as a:
        log(isinstance(a, green.Token), p.free())
        g = green.spawn(p.get)
        await green.sleep(0)
        log(p.waiting())
    log(await g.wait() is a)


async def case_killed_waiter_and_resize():
    p = green.Pool(max_size=1, create=object)
    a = await p.get()
    g = green.spawn(p.get)
    await green.sleep(0)
    await g.kill()
    log(p.waiting())
    p.put(a)
    log(p.free(), len(p.free_items))
    p.resize(2)
    log(p.free())
    b = await p.get()
    c = await p.get()
    log(a is b, b is c)
    p.resize(1)
    p.put(c)
    log(p.current_size, p.free())
    p.put(b)
    log(p.current_size, p.free())


async def case_subclass():
    class Numbers(green.Pool):
        made = 0

        def create(self):
            self.made += 1
            return self.made

    p = Numbers(min_size=2, max_size=3)
    log(p.made, p.free(), [await p.get() for _ in range(3)], p.free())
    try:
        green.Pool(min_size=1)
    except NotImplementedError as e:
        log(e)
