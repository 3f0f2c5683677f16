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


async def case_errors():
    for make in (
        lambda: green.Semaphore(-1),
        lambda: green.Semaphore("x"),
        lambda: green.CappedSemaphore(-1, 1),
        lambda: green.CappedSemaphore(2, 1),
    ):
        try:
            make()
        except (ValueError, TypeError) as e:
            log(type(e).__name__, e)
    s = green.Semaphore(0)
    for arguments in ({"timeout": -2}, {"blocking": False, "timeout": 1}):
        try:
            await s.acquire(**arguments)
        except ValueError as e:
            log(e)
    log(s.bounded(), s.locked(), await s.acquire(timeout=0))


async def case_capped_semaphore_killed():
    c = green.CappedSemaphore(0, 1)
    g = green.spawn(c.acquire)
    await green.sleep(0)
    log(c.balance)
    await g.kill()
    log(c.balance, c.locked(), c.bounded())
    async with green.CappedSemaphore(1, 1) as x:
        log(x)


async def case_bounded_semaphore_in_use():
    s = green.BoundedSemaphore(2)
    async with s:
        async with s:
            log(s.counter, s.locked())
    log(s.counter)


async def case_rlock():
    lock = green.RLock()
    r = []

    async def w(n):
        async with lock:
            async with lock:
                r.append(n)
                await green.sleep(0)
                r.append(n)

    a = green.spawn(w, "A")
    b = green.spawn(w, "B")
    await a.wait()
    await b.wait()
    log("".join(r))
    try:
        lock.release()
    except RuntimeError as e:
        log(e)
    log(bool(await lock.acquire()), bool(await lock.acquire(blocking=False)))

    async def other():
        log(await lock.acquire(False), await lock.acquire(timeout=0.01))
        try:
            lock.release()
        except RuntimeError as e:
            log(e)

    await green.spawn(other).wait()
    lock.release()
    lock.release()
