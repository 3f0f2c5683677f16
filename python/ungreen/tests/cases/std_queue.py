import queue


async def case_no_limit():
    for make in (green.StdQueue, green.StdLifoQueue, green.StdPriorityQueue):
        q = make()
        for x in (2, 3, 1):
            await q.put(x)
        log(q.maxsize, q.qsize(), q.full(), [await q.get() for _ in range(3)], q.empty())
    q = green.StdQueue(-1)
    q.put_nowait(1)
    log(q.maxsize, q.full(), q.get_nowait())


async def case_limit():
    for make in (green.StdQueue, green.StdLifoQueue, green.StdPriorityQueue):
        q = make(1)
        await q.put(1)
        log(q.full())
        for forms in ({"block": False}, {"timeout": 0.01}):
            try:
                await q.put(2, **forms)
            except queue.Full:
                log("Full", forms)
        try:
            q.put_nowait(2)
        except queue.Full:
            log("Full")
        try:
            await q.put(2, timeout=-1)
        except queue.Full:
            log("Full: a negative timeout is over at once")
        p = green.spawn(q.put, 2)
        await green.sleep(0)
        log(await q.get())
        await p.wait()
        log(await q.get())
        for forms in ({"block": False}, {"timeout": 0.01}):
            try:
                await q.get(**forms)
            except queue.Empty:
                log("Empty", forms)
        try:
            await q.get(timeout=-1)
        except queue.Empty:
            log("Empty: a negative timeout is over at once")


async def case_join():
    q = green.StdQueue()
    done = []

    async def worker():
        while True:
            item = await q.get()
            await green.sleep(0.005)
            done.append(item)
            q.task_done()

    t = green.Thread(target=worker, daemon=True)
    await t.start()
    for i in range(3):
        await q.put(i)
    await q.join()
    log(done, q.unfinished_tasks)
    try:
        q.task_done()
    except ValueError as e:
        log(e)


async def case_subclass():
    class Unique(green.StdQueue):
        def _init(self, maxsize):
            self.queue = set()

        def _put(self, item):
            self.queue.add(item)

        def _get(self):
            return self.queue.pop()

    q = Unique()
    for x in (1, 1, 1):
        await q.put(x)
    log(q.qsize(), await q.get(), q.empty())


async def case_simple_queue():
    q = green.StdSimpleQueue()
    q.put_nowait(1)
    await q.put(2)
    log(q.qsize(), q.get_nowait(), await q.get(), q.empty())
    for forms in ({"block": False}, {"timeout": 0.01}):
        try:
            await q.get(**forms)
        except queue.Empty:
            log("Empty", forms)
    g = green.spawn(q.get)
    await green.sleep(0)
    await q.put(3)
    log(await g.wait())
