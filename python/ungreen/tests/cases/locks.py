import threading


async def case_lock():
    lock = green.Lock()
    log(lock.locked(), await lock.acquire(), lock.locked())
    log(await lock.acquire(False), await lock.acquire(timeout=0.01), await lock.acquire(True, 0.01))
    lock.release()
    try:
        lock.release()
    except RuntimeError as e:
        log(e)
    r = []

    async def w(n):
        async with lock:
            r.append(n)
            await green.sleep(0)
            r.append(n)

    gs = [green.spawn(w, n) for n in "abc"]
    for g in gs:
        await g.wait()
    log("".join(r))

    async def release():
        lock.release()

    await lock.acquire()
    await green.spawn(release).wait()
    log(lock.locked())


async def case_event():
    e = green.ThreadEvent()
    log(e.is_set(), await e.wait(0.01), await e.wait(0))
    gs = [green.spawn(e.wait) for _ in range(3)]
    await green.sleep(0)
    e.set()
    log([await g.wait() for g in gs], e.is_set(), e.isSet(), await e.wait(0))
    e.clear()
    log(e.is_set())
    g = green.spawn(e.wait)
    await green.sleep(0)
    e.set()
    e.clear()
    log(await g.wait())


async def case_condition():
    for condition in (green.Condition(), green.Condition(green.Lock())):
        items = []
        got = []

        async def consumer(n):
            async with condition:
                while not items:
                    await condition.wait()
                got.append((n, items.pop(0)))

        gs = [green.spawn(consumer, n) for n in range(3)]
        await green.sleep(0)
        for i in range(2):
            async with condition:
                items.append(i)
                condition.notify()
            await green.sleep(0.005)
        log(got)
        async with condition:
            items.append(2)
            condition.notify_all()
        for g in gs:
            await g.wait()
        log(got)
        async with condition:
            log(await condition.wait(0.01), await condition.wait_for(lambda: False, 0.01))
            log(await condition.wait_for(lambda: "value"))
        for method in (condition.notify, condition.notifyAll):
            try:
                method()
            except RuntimeError as e:
                log(e)
        try:
            await condition.wait()
        except RuntimeError as e:
            log(e)


async def case_condition_gives_up_a_lock_that_is_held_twice():
    condition = green.Condition()

    async def other():
        async with condition:
            log("other")
            condition.notify()

    await condition.acquire()
    await condition.acquire()
    g = green.spawn(other)
    log(await condition.wait(1))
    condition.release()
    log(await green.spawn(condition.acquire, False).wait())
    condition.release()
    log(await green.spawn(condition.acquire, False).wait())
    await g.wait()


async def case_two_notifications_wake_two():
    condition = green.Condition()
    woken = []

    async def waiter(n):
        async with condition:
            woken.append((n, await condition.wait(1)))

    gs = [green.spawn(waiter, n) for n in range(3)]
    await green.sleep(0)
    async with condition:
        condition.notify()
        condition.notify()
    await green.sleep(0.01)
    log(woken)
    async with condition:
        condition.notify(5)
    for g in gs:
        await g.wait()
    log(woken)


async def case_wait_for():
    condition = green.Condition()
    state = []

    async def setter():
        for i in range(3):
            async with condition:
                state.append(i)
                condition.notify_all()
            await green.sleep(0)

    g = green.spawn(setter)
    async with condition:
        log(await condition.wait_for(lambda: len(state) == 3))
    await g.wait()


async def case_semaphores():
    s = green.ThreadSemaphore(2)
    log(await s.acquire(), await s.acquire(blocking=True), await s.acquire(False))
    log(await s.acquire(timeout=0.01))
    s.release(2)
    async with s as x:
        log(x)
    for wrong in (
        lambda: s.release(0),
        lambda: green.ThreadSemaphore(-1),
        lambda: green.ThreadBoundedSemaphore(1).release(),
    ):
        try:
            wrong()
        except ValueError as e:
            log(e)
    try:
        await s.acquire(False, 1)
    except ValueError as e:
        log(e)
    b = green.ThreadBoundedSemaphore(1)
    async with b:
        log(await b.acquire(False))
    log(await b.acquire(False))


async def case_barrier():
    r = []
    barrier = green.Barrier(3, lambda: r.append("action"))

    async def party(n):
        await green.sleep(0.005 * n)
        for _ in range(2):
            r.append(await barrier.wait())

    gs = [green.spawn(party, n) for n in range(3)]
    for g in gs:
        await g.wait()
    log(sorted(r, key=str), barrier.n_waiting, barrier.broken, barrier.parties)
    g = green.spawn(barrier.wait)
    await green.sleep(0)
    log(barrier.n_waiting)
    barrier.abort()
    try:
        await g.wait()
    except threading.BrokenBarrierError:
        log("broken", barrier.broken)
    try:
        await barrier.wait()
    except threading.BrokenBarrierError:
        log("still broken")
    barrier.reset()
    try:
        await barrier.wait(0.01)
    except threading.BrokenBarrierError:
        log("timed out", barrier.broken)
