async def case_pool():
    p = green.GreenPool(2)

    async def w(i):
        await green.sleep(0.03)
        log("w", i)

    for i in range(5):
        await p.spawn_n(w, i)
        log("spawned", i, p.running(), p.free())
    await p.waitall()
    log("all", p.running(), p.free())

    async def bad():
        raise ValueError("bad")

    g = await p.spawn(bad)
    await p.waitall()
    try:
        await g.wait()
    except ValueError as e:
        log(repr(e))
    one = green.GreenPool(1)

    async def inner(x):
        return x

    async def outer():
        return await (await one.spawn(inner, 5)).wait()

    log("reentrant", await (await one.spawn(outer)).wait())

    async def rec(n):
        await green.sleep(0.01)
        if n:
            await p.spawn_n(rec, n - 1)
        log("rec", n)

    await p.spawn_n(rec, 2)
    await p.waitall()
    log("dynamic done")
    p.resize(4)
    log(p.free(), p.size)
    p.resize(1)
    log(p.free())
    g = await p.spawn(w, 9)
    await green.sleep(0)
    await g.kill()
    log(p.free(), p.running())

    async def ins():
        try:
            await p.waitall()
        except AssertionError:
            log("assert")

    await (await p.spawn(ins)).wait()


async def case_imap():
    p = green.GreenPool(2)
    pulled = []
    live = [0, 0]

    def src():
        for i in range(6):
            pulled.append(i)
            yield i

    async def w(i):
        live[0] += 1
        live[1] = max(live)
        await green.sleep(0.04 if i % 2 else 0.08)
        live[0] -= 1
        return i * i

    it = p.imap(w, src())
    log("pulled", len(pulled))
    await green.sleep(0.01)
    log("pulled", len(pulled), p.running())
    await p.waitall()
    async for r in it:
        log(r)
    log("max", live[1])

    async def bad(i):
        if i == 2:
            raise ValueError("i2")
        return i

    got = []
    try:
        async for r in p.imap(bad, range(5)):
            got.append(r)
    except ValueError as e:
        got.append(repr(e))
    log(got)
    got = []
    async for r in p.starmap(None, [(1, 2), (3,)]):
        got.append(r)
    log(got)
    got = []
    async for r in p.imap(lambda a, b: a + b, [1, 2, 3], [10, 20]):
        got.append(r)
    log(got)


async def case_reentrant_failures():
    one = green.GreenPool(1)

    async def bad():
        raise ValueError("bad")

    async def outer():
        await one.spawn_n(bad)
        log("spawn_n does not raise")
        try:
            await one.spawn(bad)
        except ValueError as e:
            log("spawn raises", e)

    await (await one.spawn(outer)).wait()
    await one.waitall()
    log(one.free(), one.waiting())


async def case_waiting_and_resize():
    p = green.GreenPool(1)
    e = green.Event()
    await p.spawn_n(e.wait)

    async def spawner():
        await p.spawn_n(e.wait)

    g = green.spawn(spawner)
    await green.sleep(0)
    log(p.waiting(), p.running(), p.free())
    e.send()
    await g.wait()
    await p.waitall()
    log(p.waiting(), p.running(), p.free())
    for size in (-1, "x"):
        try:
            green.GreenPool(size)
        except (ValueError, TypeError) as error:
            log(type(error).__name__, error)


async def case_imap_goes_on_after_a_failure():
    p = green.GreenPool(2)

    async def f(i):
        if i == 1:
            raise ValueError(i)
        return i

    it = p.imap(f, range(3))
    got = []
    for _ in range(2):
        try:
            async for r in it:
                got.append(r)
        except ValueError as e:
            got.append(repr(e))
    log(got)
    got = []
    async for r in p.imap(f, iter([])):
        got.append(r)
    log(got)


async def case_two_maps_have_pools_of_their_own():
    p = green.GreenPool(1)
    live = [0, 0]

    async def f(i):
        live[0] += 1
        live[1] = max(live)
        await green.sleep(0.01)
        live[0] -= 1
        return i

    a = p.imap(f, range(2))
    b = p.imap(f, range(2))
    got = []
    for it in (a, b):
        async for r in it:
            got.append(r)
    log(got, live[1], p.running())


async def case_pile_on_a_pool():
    p = green.GreenPool(2)
    pile = green.GreenPile(p)
    other = green.GreenPile(p)

    async def f(i):
        return i

    for i in range(3):
        await pile.spawn(f, i)
        await other.spawn(f, -i)
    got = []
    for x in (pile, other):
        async for r in x:
            got.append(r)
    log(got, p.free())


async def case_imap_that_nobody_consumes():
    p = green.GreenPool(2)
    pulled = []

    def source():
        for i in range(20):
            pulled.append(i)
            yield i

    async def f(i):
        return i

    it = p.imap(f, source())
    await green.sleep(0.05)
    log(len(pulled))
    got = []
    async for r in it:
        got.append(r)
    log(got == pulled, len(got))
