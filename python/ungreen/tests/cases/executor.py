import concurrent.futures


async def case_map_submit_and_as_completed():
    async def work(seconds):
        await green.sleep(seconds)
        if seconds == 0.03:
            raise ValueError(seconds)
        log("worked", seconds)
        return seconds * 100

    def plain(a, b):
        return a + b

    async with green.TaskExecutor(max_workers=2) as executor:
        log([item async for item in executor.map(plain, [1, 2, 3], [10, 20, 30])])
        results = executor.map(work, [0.05, 0.01, 0.02])
        log([item async for item in results])
        futures = [executor.submit(work, seconds) for seconds in (0.06, 0.03, 0.01)]
        async for future in green.as_completed(futures):
            error = await future.exception()
            log(futures.index(future), error, None if error else await future.result())
    log([future.done() for future in futures])
    try:
        executor.submit(plain, 1, 2)
    except RuntimeError as error:
        log(error)


async def case_cancel_and_limits():
    async def work(seconds):
        await green.sleep(seconds)
        return seconds

    executor = green.TaskExecutor(1)
    first = executor.submit(work, 0.05)
    second = executor.submit(work, 0.01)
    log(isinstance(first, green.ExecutorFuture))
    log(second.cancel(), second.cancelled(), second.done(), second.running())
    log(first.cancel(), first.done())
    try:
        await second.result()
    except concurrent.futures.CancelledError as error:
        log(type(error).__name__)
    for ask in (first.result, first.exception):
        try:
            await ask(0.001)
        except concurrent.futures.TimeoutError as error:
            log(type(error).__name__)
    third = executor.submit(work, 0.01)
    try:
        async for future in green.as_completed([first, third], timeout=0.001):
            log("not yet")
    except concurrent.futures.TimeoutError as error:
        log(error)
    first.add_done_callback(lambda future: log("called back", future is first))
    log(await first.result())
    first.add_done_callback(lambda future: log("at once"))
    await executor.shutdown()
    log(third.done(), await third.result())
    try:
        green.TaskExecutor(0)
    except ValueError as error:
        log(error)
