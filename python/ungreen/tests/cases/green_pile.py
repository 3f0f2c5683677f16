async def case_pile():
    pile = green.GreenPile(2)
    got = []

    async def f(i):
        await green.sleep(0.02 * i)
        return i

    for i in (3, 1, 2):
        await pile.spawn(f, i)
    async for r in pile:
        got.append(r)
    log(got)
    got = []
    async for r in pile:
        got.append(r)
    log(got)

    async def bad():
        raise KeyError("k")

    await pile.spawn(bad)
    await pile.spawn(f, 0)
    try:
        async for r in pile:
            got.append(r)
    except KeyError as e:
        log(repr(e))
    async for r in pile:
        got.append(r)
    log(got)
