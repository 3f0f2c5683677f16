import time


class Cursor:
    def __init__(self, connection):
        self.connection = connection
        self.rows = iter([1, 2, 3])

    def execute(self, text):
        self.connection.log.append(text)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.rows)

    def fetchone(self):
        return next(self.rows)


class Connection:
    def __init__(self, log):
        self.log = log
        self.autocommit = True

    def cursor(self):
        return Cursor(self)

    def commit(self):
        self.log.append("commit")

    def rollback(self):
        self.log.append("rollback")

    def close(self):
        self.log.append("close")


class Module:
    def __init__(self, delay=0, fails=False):
        self.log = []
        self.delay = delay
        self.fails = fails

    def connect(self, *args, **kwargs):
        time.sleep(self.delay)
        self.log.append("connect %s %s" % (args, kwargs))
        if self.fails:
            raise OSError("down")
        return Connection(self.log)


async def case_borrow_and_give_back():
    module = Module()
    p = green.ConnectionPool(module, max_size=1, host="h")
    log(p.free(), p.waiting(), p.current_size)
    connection = await p.get()
    log(type(connection).__name__[:6], bool(connection))
    cursor = await connection.cursor()
    await cursor.execute("select")
    log(await cursor.fetchone())
    await connection.commit()
    waiter = green.spawn(p.get)
    await green.sleep(0.01)
    log(p.waiting(), p.free())
    await connection.close()
    log(bool(connection))
    second = await waiter.wait()
    await p.put(second)
    async with p.item() as third:
        await third.commit()
    log(module.log, p.free())
    await p.clear()
    log(module.log, p.free())


async def case_failures():
    module = Module(fails=True)
    p = green.ConnectionPool(module, max_size=1)
    for _ in range(2):
        try:
            await p.get()
        except OSError as e:
            log(e, p.free())
    slow = green.ConnectionPool(Module(delay=0.2), max_size=1, connect_timeout=0.02)
    try:
        await slow.get()
    except green.ConnectTimeout:
        log("ConnectTimeout", slow.free())


async def case_expiry():
    module = Module()
    p = green.ConnectionPool(module, max_size=2, max_idle=0.03, max_age=10)
    connection = await p.get()
    await p.put(connection)
    log(p.current_size)
    again = await p.get()
    await p.put(again)
    await green.sleep(0.1)
    log(module.log, p.current_size)
    limiter = green.ConnectionPool(module, max_size=1, max_age=0)
    del module.log[:]
    connection = await limiter.get()
    await limiter.put(connection)
    log(module.log, limiter.current_size)
    connection = await limiter.get()
    waiter = green.spawn(limiter.get)
    await green.sleep(0.01)
    log(limiter.waiting())
    await limiter.put(connection)
    async with green.Timeout(1, False):
        second = await waiter.wait()
        log("a waiter gets a new one", limiter.current_size)
        await limiter.put(second)


async def case_cleanup():
    module = Module()
    cleaned = []
    p = green.ConnectionPool(module, max_size=1, cleanup=lambda c: cleaned.append(c.autocommit))
    async with p.item():
        pass
    async with p.item(cleanup=None):
        pass
    async with p.item(cleanup=green.cleanup_rollback):
        pass
    log(cleaned, module.log, p.free())
