async def case_sem():
    s = green.Semaphore(1)
    log(
        await s.acquire(),
        await s.acquire(False),
        await s.acquire(timeout=0.01),
        s.locked(),
        s.counter,
        s.balance,
    )
    s.release()
    s.release()
    log(s.counter)
    async with s as x:
        log(x, s.counter)
    b = green.BoundedSemaphore(1)
    try:
        b.release()
    except ValueError as e:
        log(e)
    c = green.CappedSemaphore(0, 1)
    await c.release()
    log(c.balance, c.bounded(), await c.release(blocking=False))
    green.spawn_after(0.02, c.acquire)
    await c.release()
    log("released at cap", c.balance)
    r = []
    t = green.Semaphore(1)

    async def w(n):
        for i in range(3):
            async with t:
                r.append(n)
                await green.sleep(0)

    a = green.spawn(w, "A")
    b = green.spawn(w, "B")
    await a.wait()
    await b.wait()
    log("".join(r))


async def case_sem_steal():
    s = green.Semaphore(0)
    g = green.spawn(s.acquire)
    await green.sleep(0)
    log(s.balance)
    s.release()
    log(s.counter, s.balance, s.locked())
    log("steal", await s.acquire(False), s.counter)
    await green.sleep(0.01)
    log("waiter waits on", not g.dead)
    s.release()
    log(await g.wait(), s.counter)
    s = green.Semaphore(0)
    r = []

    async def w(n):
        await s.acquire()
        r.append(n)

    a = green.spawn(w, "a")
    b = green.spawn(w, "b")
    await green.sleep(0)
    s.release()
    c = green.spawn(w, "c")
    await a.wait()
    s.release()
    s.release()
    await b.wait()
    await c.wait()
    log(r)
    s = green.Semaphore(0)
    a = green.spawn(s.acquire)
    b = green.spawn(s.acquire)
    await green.sleep(0)
    s.release()
    await a.kill()
    await green.sleep(0.01)
    log("permit after the first waiter was killed:", s.counter, b.dead)
