import threading


async def case_start_and_join():
    async def work(x, k=None):
        log("work", x, k)
        await green.sleep(0.02)
        log("worked")

    t = green.Thread(target=work, args=(1,), kwargs={"k": 2}, name="worker")
    log(t.is_alive(), t.name, t.daemon, t.ident)
    for forbidden in (t.join,):
        try:
            await forbidden()
        except RuntimeError as e:
            log(e)
    await t.start()
    log("start returned", t.is_alive(), t.ident is not None)
    try:
        await t.start()
    except RuntimeError as e:
        log(e)
    await t.join(0.001)
    log("join timed out", t.is_alive())
    await t.join()
    log("joined", t.is_alive())
    await t.join()


async def case_start_order():
    async def work(x):
        log("a", x)
        await green.sleep(0)
        log("b", x)

    threads = [green.Thread(target=work, args=(i,)) for i in range(3)]
    for t in threads:
        await t.start()
        log("started")
    for t in threads:
        await t.join()
    log("end")


async def case_subclass():
    class Worker(green.Thread):
        def __init__(self, n):
            super().__init__(name="w%d" % n, daemon=True)
            self.n = n

        async def run(self):
            await green.sleep(0)
            self.result = (self.n, green.current_thread() is self)

    workers = [Worker(i) for i in range(2)]
    for w in workers:
        await w.start()
    for w in workers:
        await w.join()
    log([w.result for w in workers], [w.name for w in workers], workers[0].isDaemon())
    log(workers[0].getName())
    w = Worker(5)
    w.setName("other")
    w.setDaemon(False)
    log(w.name, w.daemon)


async def case_exception():
    caught = []
    threading.excepthook = lambda args: caught.append((args.exc_type, args.thread.name))

    async def bad(error):
        raise error

    for error in (ValueError("bad"), SystemExit(3)):
        t = green.Thread(target=bad, args=(error,), name="bad one")
        await t.start()
        await t.join()
        log(t.is_alive())
    log(caught[0][0].__name__, caught[0][1])


async def case_timer():
    async def f(*args, **kwargs):
        log("f", args, kwargs)

    a = green.Timer(0.01, f, (1,), {"k": 2})
    b = green.Timer(0.01, f)
    await a.start()
    await b.start()
    b.cancel()
    await a.join()
    await b.join()
    log("end", a.finished.is_set(), a.interval)


async def case_identity():
    seen = set()
    main = green.get_ident()

    async def work():
        seen.add(green.get_ident())
        await green.sleep(0.01)  # Idents of threads that have ended may come again.
        log(green.current_thread().ident == green.get_ident())

    threads = [green.Thread(target=work) for _ in range(3)]
    for t in threads:
        await t.start()
    for t in threads:
        await t.join()
    log(len(seen), main in seen)

    async def other():
        log(green.current_thread() is green.current_thread(), green.current_thread().daemon)

    await green.spawn(other).wait()


async def case_local():
    class Context(green.local):
        shared = "shared"

        def __init__(self, name):
            self.name = name
            self.items = []

        @property
        def title(self):
            return self.name.title()

        def add(self, item):
            self.items.append(item)

    context = Context("main")
    plain = green.local()
    plain.x = 1

    async def work(i):
        context.add(i)
        log(context.name, context.items, hasattr(plain, "x"), context.title)
        plain.x = i
        await green.sleep(0)
        context.shared = i
        log(context.items, plain.x, plain.__dict__, context.shared)
        del plain.x
        try:
            del plain.x
        except AttributeError as e:
            log(type(e).__name__)

    gs = [green.spawn(work, i) for i in (10, 20)]
    for g in gs:
        await g.wait()
    log(context.items, plain.x, context.shared, Context.shared)
    try:
        green.local(1)
    except TypeError as e:
        log(e)
