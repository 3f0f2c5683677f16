import queue


async def case_queue0():
    q = green.Queue(0)
    log(q.empty(), q.full(), q.qsize(), q.maxsize)
    try:
        q.put_nowait(1)
    except queue.Full:
        log("Full")
    try:
        await q.put(1, timeout=0.02)
    except queue.Full:
        log("Full t")
    try:
        await q.get(timeout=0.02)
    except queue.Empty:
        log("Empty t")

    async def getter():
        await green.sleep(0.03)
        log("got", await q.get())

    g = green.spawn(getter)
    await q.put("x")
    await g.wait()
    log("put returned", q.qsize())
    g = green.spawn(q.get)
    await green.sleep(0)
    q.put_nowait("y")
    log(await g.wait())


async def case_queue():
    log([(m, green.Queue(m).maxsize) for m in (None, -1, 0, 3)])
    q = green.Queue(1)
    for kw in (dict(timeout=0.01), dict(block=False), dict(block=False, timeout=9)):
        try:
            await q.get(**kw)
        except queue.Empty:
            log("Empty", kw)
    await q.put(1)
    try:
        await q.put(2, timeout=0.01)
    except queue.Full:
        log("Full")
    a = green.spawn(q.put, 2)
    b = green.spawn(q.put, 3)
    await green.sleep(0)
    log(q.putting(), q.qsize())
    q.resize(3)
    await green.sleep(0.01)
    log(q.putting(), q.qsize(), q.unfinished_tasks)

    async def w():
        while True:
            i = await q.get()
            await green.sleep(0.005)
            q.task_done()

    g = green.spawn(w)
    await q.join()
    log("joined", q.unfinished_tasks)
    await g.kill()
    try:
        q.task_done()
    except ValueError:
        log("ValueError")
    g = green.spawn(q.get)
    await green.sleep(0)
    q.put_nowait("item")
    await g.kill()
    await green.sleep(0.01)
    log("kept", q.qsize())
    p = green.PriorityQueue()
    l = green.LifoQueue()
    for x in (3, 1, 2):
        await p.put(x)
        await l.put(x)
    log([await p.get() for _ in range(3)], [await l.get() for _ in range(3)])


async def case_steal():
    q = green.Queue()
    g = green.spawn(q.get)
    await green.sleep(0)
    await q.put(1)
    log(q.qsize(), q.empty(), q.getting())
    log("stolen", await q.get())
    await green.sleep(0.01)
    log("getter waits on", not g.dead)
    await q.put(2)
    log(await g.wait())
    b = green.Queue(1)
    await b.put("a")
    p = green.spawn(b.put, "b")
    await green.sleep(0)
    log(b.putting(), await b.get(), b.qsize())
    b.put_nowait("c")
    await green.sleep(0.01)
    log("putter still waits", not p.dead, b.qsize(), await b.get())
    await p.wait()
    log(await b.get())
    q = green.Queue()
    g1 = green.spawn(q.get)
    await green.sleep(0)
    q.put_nowait(1)
    await g1.kill()
    g2 = green.spawn(q.get)
    log("item survives a killed getter", await g2.wait())
    b = green.Queue(1)
    b.put_nowait(1)
    p1 = green.spawn(b.put, 2)
    await green.sleep(0)
    await b.get()
    await p1.kill()
    log("slot survives a killed putter", b.qsize())
    b.put_nowait(3)
    log(await b.get())


async def case_rendezvous_order():
    q = green.Queue(0)
    g = green.spawn(q.get)

    async def getter():
        x = await q.get()
        log("getter got", x)

    await green.sleep(0)
    await q.put(0)
    log(await g.wait())
    g = green.spawn(getter)
    await green.sleep(0)
    await q.put("x")
    log("put returned")

    async def putter():
        await q.put("y")
        log("putter returned")

    p = green.spawn(putter)
    await green.sleep(0)
    log("putting", q.putting())
    try:
        q.get_nowait()
    except queue.Empty:
        log("get_nowait with a waiting putter: Empty")
    log("got", await q.get())
    await p.wait()
    log(q.qsize(), q.unfinished_tasks)
    r = []

    async def prod():
        for i in range(4):
            await q.put(i)
            r.append("p%d" % i)

    async def cons():
        for i in range(4):
            r.append("c%d" % await q.get())

    a = green.spawn(prod)
    b = green.spawn(cons)
    await a.wait()
    await b.wait()
    log(sorted(r))


async def case_queue_kill():
    q = green.Queue()
    g1 = green.spawn(q.get)
    await green.sleep(0)
    g2 = green.spawn(q.get)
    await green.sleep(0)
    await g1.kill()
    await green.sleep(0.01)
    q.put_nowait("x")
    log("survivor got", await g2.wait(), q.getting())
    q = green.Queue()
    g1 = green.spawn(q.get)
    await green.sleep(0)
    g2 = green.spawn(q.get)
    await green.sleep(0)
    q.put_nowait("y")
    await g1.kill()
    await green.sleep(0.01)
    log("signalled getter killed; other got it:", g2.dead, q.qsize())
    if g2.dead:
        log(await g2.wait())
    q = green.Queue(1)
    q.put_nowait(1)
    p1 = green.spawn(q.put, 2)
    await green.sleep(0)
    await p1.kill()
    log(q.putting(), await q.get(), q.qsize())


async def case_light_queue():
    q = green.LightQueue(2)
    await q.put(1)
    q.put_nowait(2)
    log(q.full(), q.qsize(), hasattr(q, "join"))
    try:
        q.put_nowait(3)
    except queue.Full:
        log("Full")
    log(q.get_nowait(), await q.get())
    try:
        q.get_nowait()
    except queue.Empty:
        log("Empty")


async def case_bounded_priority_and_lifo():
    for q in (green.PriorityQueue(2), green.LifoQueue(2)):
        g = [green.spawn(q.put, x) for x in (2, 1, 3)]
        await green.sleep(0)
        await green.sleep(0)
        log(q.qsize(), q.putting())
        log([await q.get() for _ in range(3)], q.unfinished_tasks)
        for x in g:
            await x.wait()
        for _ in range(3):
            q.task_done()
        await q.join()


async def case_subclass():
    class Unique(green.Queue):
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
