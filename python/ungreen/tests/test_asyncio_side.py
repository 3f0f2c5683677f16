"""What the helper does that Eventlet has no counterpart of, and where it differs on purpose."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import threading
import time
import types
import weakref
from pathlib import Path
from typing import Any

import pytest

import harness
from running import asyncio_run, double, fail, output, run_program


def test_background_task_is_kept_alive_and_its_failure_reported() -> None:
    green = harness.load_helper(["spawn_background"])
    reported: list[Any] = []
    done: list[str] = []
    waiters: list[weakref.ref[asyncio.Future[None]]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reported.append(context))

        async def works() -> None:
            waiter = loop.create_future()
            waiters.append(weakref.ref(waiter))
            await waiter
            done.append("works")

        async def fails() -> None:
            raise ValueError("background")

        green.spawn_background(works())
        green.spawn_background(fails())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [str(context["exception"]) for context in reported] == ["background"]
        gc.collect()
        waiter = waiters[0]()
        assert waiter is not None
        waiter.set_result(None)
        await asyncio.sleep(0.01)

    asyncio_run(main)
    assert done == ["works"]
    assert not green._background


def test_failure_is_printed_at_once_like_by_the_hub(tmp_path: Path) -> None:
    process = run_program(
        tmp_path,
        ["run", "spawn"],
        """
        import asyncio, sys
        from aio_green import run, spawn

        async def bad():
            raise ValueError("bad")

        async def main():
            g = spawn(bad)
            await asyncio.sleep(0.01)
            print("after", file=sys.stderr)
            try:
                await g.wait()
            except ValueError:
                pass

        run(main())
        """,
    )
    _, err, status = output(process)
    lines = err.splitlines()
    assert status == 0
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2:] == ["ValueError: bad", "after"]


def test_end_of_the_program(tmp_path: Path) -> None:
    process = run_program(
        tmp_path,
        ["run", "spawn", "spawn_after", "spawn_background"],
        """
        import asyncio
        from aio_green import run, spawn, spawn_after, spawn_background

        async def suspended():
            print("started")
            try:
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0.01)
                print("cleaned up")

        async def never():
            print("never")

        async def main():
            spawn(suspended)
            spawn_after(60, never)
            await asyncio.sleep(0)
            spawn(never)
            task = spawn_background(never())
            print("main ends")
            return 5

        print(run(main()))
        """,
    )
    assert output(process) == (["started", "main ends", "cleaned up", "5"], "", 0)


def test_system_exit_of_a_green_thread_ends_the_program(tmp_path: Path) -> None:
    process = run_program(
        tmp_path,
        ["run", "spawn"],
        """
        import asyncio, sys
        from aio_green import run, spawn

        async def leave():
            sys.exit(3)

        async def main():
            spawn(leave)
            await asyncio.sleep(60)

        run(main())
        """,
    )
    assert output(process) == ([], "", 3)


def test_executor_has_the_threads_asked_for() -> None:
    green = harness.load_helper(["run"])
    all_at_once = threading.Barrier(7)

    async def main() -> None:
        meetings = [asyncio.to_thread(all_at_once.wait, 10) for _ in range(7)]
        assert sorted(await asyncio.gather(*meetings)) == list(range(7))

    green.run(main(), threads=7)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("handles", [True, False])
def test_ctrl_c_is_raised_in_main(tmp_path: Path, handles: bool) -> None:
    process = run_program(
        tmp_path,
        ["run", "spawn"],
        """
        import asyncio, sys
        from aio_green import run, spawn

        async def other():
            try:
                await asyncio.sleep(60)
            finally:
                print("other ends")

        async def main():
            spawn(other)
            await asyncio.sleep(0)
            print("ready", flush=True)
            try:
                await asyncio.sleep(60)
            except KeyboardInterrupt:
                print("main got it")
                if not HANDLES:
                    raise

        run(main())
        print("goes on")
        """.replace("HANDLES", str(handles)),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    lines, err, status = output(process)
    if handles:
        assert (lines, err, status) == (["main got it", "other ends", "goes on"], "", 0)
    else:
        assert lines == ["main got it", "other ends"]
        assert err.splitlines()[-1] == "KeyboardInterrupt"
        assert status in (-signal.SIGINT, 130)


def test_run_leaves_the_signal_handler_as_it_was() -> None:
    green = harness.load_helper(["run"])
    before = signal.getsignal(signal.SIGINT)
    assert green.run(asyncio.sleep(0, "result")) == "result"
    assert signal.getsignal(signal.SIGINT) is before


def test_method_in_a_loop_of_its_own() -> None:
    green = harness.load_helper(["in_loop"])

    class Case:
        loops: list[asyncio.AbstractEventLoop] = []

        @green.in_loop
        async def test(self, number: int, *, factor: int = 1) -> int:
            """Kept."""
            await asyncio.sleep(0)
            self.loops.append(asyncio.get_running_loop())
            return number * factor

    assert Case.test.__doc__ == "Kept."
    assert [Case().test(2), Case().test(2, factor=3)] == [2, 6]
    assert Case.loops[0] is not Case.loops[1]
    assert all(loop.is_closed() for loop in Case.loops)


def test_stopping_a_waiter_leaves_the_green_thread_running() -> None:
    green = harness.load_helper(["spawn"])

    async def main() -> None:
        green_thread = green.spawn(double, 4)
        waiter = asyncio.ensure_future(green_thread.wait())
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.sleep(0)
        assert await green_thread == 8

    asyncio_run(main)


def test_event_forgets_waiters_that_have_gone() -> None:
    green = harness.load_helper(["Event"])

    async def main() -> None:
        event = green.Event()
        assert await event.wait(0.01) is None
        assert not event._waiters
        gone = asyncio.ensure_future(event.wait())
        waiter = asyncio.ensure_future(event.wait())
        await asyncio.sleep(0)
        gone.cancel()
        event.send("value")
        assert await waiter == "value"

    asyncio_run(main)


def test_green_thread_canceled_by_asyncio_counts_as_killed() -> None:
    green = harness.load_helper(["GreenletExit", "spawn"])

    async def main() -> None:
        green_thread = green.spawn(asyncio.sleep, 60)
        await asyncio.sleep(0)
        green_thread._task.cancel()
        with pytest.raises(green.GreenletExit):
            await green_thread.wait()

    asyncio_run(main)


def test_kill_and_timeout_leave_no_cancellation_behind() -> None:
    green = harness.load_helper(["GreenletExit", "Timeout", "spawn"])

    async def target() -> int:
        task = asyncio.current_task()
        assert task is not None
        for kind in (green.GreenletExit, green.Timeout):
            try:
                if kind is green.Timeout:
                    green.Timeout(0.01)
                await asyncio.sleep(60)
            except kind:
                pass
        async with green.Timeout(0.01, False):
            await asyncio.sleep(60)
        timeout = green.Timeout(0.01)
        try:
            await asyncio.sleep(60)
        except green.Timeout:
            pass
        finally:
            timeout.cancel()
        return task.cancelling() if sys.version_info >= (3, 11) else 0

    async def main() -> None:
        green_thread = green.spawn(target)
        await asyncio.sleep(0)
        await green_thread.kill()
        assert await green_thread.wait() == 0

    asyncio_run(main)


@pytest.mark.parametrize("driven", [True, False])
def test_cancellation_from_outside_is_not_taken_for_a_timeout(driven: bool) -> None:
    green = harness.load_helper(["Timeout", "spawn"])
    seen: list[str] = []

    async def target() -> None:
        try:
            async with green.Timeout(60):
                await asyncio.sleep(60)
        except BaseException as error:
            seen.append(type(error).__name__)
            raise
        finally:
            timeout = green.Timeout(60)
            timeout.cancel()

    async def main() -> None:
        task = green.spawn(target)._task if driven else asyncio.ensure_future(target())
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    asyncio_run(main)
    assert seen == ["CancelledError"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="needs Task.cancelling")
def test_timeout_and_cancellation_at_once_is_a_cancellation() -> None:
    green = harness.load_helper(["Timeout"])

    async def target() -> None:
        async with green.Timeout(0.01):
            await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.ensure_future(target())
        await asyncio.sleep(0)
        time.sleep(0.02)
        asyncio.get_running_loop().call_soon(task.cancel)
        await asyncio.wait({task})
        assert task.cancelled()

    asyncio_run(main)


def test_timeout_cleans_up_in_libraries_as_a_cancellation() -> None:
    green = harness.load_helper(["Timeout"])
    seen: list[str] = []

    async def inner() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("inner canceled")
            raise

    async def main() -> None:
        async with green.Timeout(0.01, False):
            await asyncio.wait_for(inner(), 60)
        assert seen == ["inner canceled"]

    asyncio_run(main)


def test_map_raises_what_its_source_raises_and_takes_an_async_source() -> None:
    green = harness.load_helper(["GreenPool"])

    def source() -> Any:
        yield 1
        raise KeyError("source")

    async def rows() -> Any:
        for number in range(3):
            await asyncio.sleep(0)
            yield (number,)

    async def main() -> None:
        pool = green.GreenPool(2)
        results = []
        with pytest.raises(KeyError):
            async for result in pool.imap(double, source()):
                results.append(result)
        assert results == [2]
        assert [result async for result in pool.starmap(double, rows())] == [0, 2, 4]

    asyncio_run(main)


def test_closing_a_socket_wakes_who_waits_for_it() -> None:
    green = harness.load_helper(["AsyncSocket", "listen"])

    async def main() -> None:
        server = green.listen(("127.0.0.1", 0))
        accepting = asyncio.ensure_future(server.accept())
        await asyncio.sleep(0.01)
        server.close()
        with pytest.raises(OSError):
            await accepting

    asyncio_run(main)


def test_a_datagram_socket_connects_at_once() -> None:
    green = harness.load_helper(["AsyncSocket"])

    async def main() -> None:
        server = green.AsyncSocket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        client = green.AsyncSocket(socket.AF_INET, socket.SOCK_DGRAM)
        client.connect_now(server.getsockname())
        assert await client.send(b"ping") == 4
        data, sender = await server.recvfrom(10)
        assert (data, sender) == (b"ping", client.getsockname())
        client.close()
        server.close()

    asyncio_run(main)


def test_green_thread_that_has_ended_is_forgotten() -> None:
    green = harness.load_helper(["spawn"])

    async def main() -> None:
        green_thread = green.spawn(asyncio.sleep, 0)
        await green_thread.wait()
        await asyncio.sleep(0.01)
        reference = weakref.ref(green_thread)
        del green_thread
        assert reference() is None

    gc.disable()
    try:
        asyncio_run(main)
    finally:
        gc.enable()


def test_socket_file_forms() -> None:
    green = harness.load_helper(["AsyncSocket", "SocketFile", "makefile"])

    async def main() -> None:
        left, right = (green.AsyncSocket(end) for end in socket.socketpair())
        with pytest.raises(ValueError, match="invalid mode"):
            green.makefile(left, "a")
        async with green.makefile(left, "w", encoding="ascii", buffering=1) as lines:
            assert isinstance(lines, green.SocketFile)
            await lines.writelines(["a\n", "b"])
            assert await right.recv(10) == b"a\n"
        assert await right.recv(10) == b"b"
        unbuffered = green.makefile(left, "wb", buffering=0)
        await unbuffered.write(b"c")
        assert await right.recv(10) == b"c"
        left.close()
        right.close()

    asyncio_run(main)


def test_pooled_connection_is_a_proxy_to_a_thread() -> None:
    green = harness.load_helper(["ConnectionPool", "PooledConnection", "ThreadProxy"])
    threads = []

    class Cursor:
        def __init__(self) -> None:
            self.arraysize = 1

        def __iter__(self) -> Any:
            threads.append(threading.current_thread())
            return iter([1, 2, 3])

    class Connection:
        entered = 0

        def cursor(self) -> Cursor:
            threads.append(threading.current_thread())
            return Cursor()

        def rollback(self) -> None:
            pass

        def close(self) -> None:
            threads.append("closed")

        def __enter__(self) -> Any:
            self.entered += 1
            return self

        def __exit__(self, *exc_info: Any) -> None:
            self.entered += 1

    module = types.SimpleNamespace(connect=Connection)

    async def main() -> None:
        pool = green.ConnectionPool(module, max_size=1)
        connection = await pool.get()
        assert isinstance(connection, green.PooledConnection)
        async with connection as entered:
            assert entered is connection
        assert connection.entered == 2
        cursor = await connection.cursor()
        assert isinstance(cursor, green.ThreadProxy)
        assert cursor.arraysize == 1
        assert [row async for row in cursor] == [1, 2, 3]
        assert threading.current_thread() not in threads
        await connection.close()
        await connection.close()
        assert pool.current_size == 1
        pool.resize(2)
        assert (pool.max_size, pool.free()) == (2, 2)
        await pool.clear()
        assert threads[-1] == "closed"

    asyncio_run(main)


def test_pool_makes_its_first_items_later_if_that_suspends() -> None:
    green = harness.load_helper(["Pool"])
    made: list[int] = []

    async def create() -> int:
        await asyncio.sleep(0)
        made.append(len(made))
        return made[-1]

    async def main() -> None:
        for pool in (green.Pool(2, create=create), green.Pool(2, create=lambda: create())):
            assert (pool.current_size, pool.free()) == (0, 4)
            assert await pool.get() == len(made) - 1

    asyncio_run(main)
    assert made == [0, 1]


def test_local_is_separate_in_tasks_and_threads_and_main_goes_on_with_that_of_its_thread() -> None:
    green = harness.load_helper(["local", "get_ident"])
    values = green.local()
    values.x = "outside"

    def in_thread() -> bool:
        assert green.get_ident() == threading.get_ident()
        return hasattr(values, "x")

    async def in_task() -> bool:
        return hasattr(values, "x")

    async def main() -> None:
        assert await asyncio.create_task(in_task()) is False
        assert values.x == "outside"
        values.x = "main"
        assert await asyncio.create_task(in_task()) is False
        assert await asyncio.to_thread(in_thread) is False

    asyncio.run(main())
    assert values.x == "main"


def test_a_green_thread_for_an_awaitable() -> None:
    green = harness.load_helper(["hub_exceptions", "spawn_for_awaitable"])
    canceled = []

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            canceled.append(True)
            raise

    async def main() -> None:
        green.hub_exceptions(False)
        assert await green.spawn_for_awaitable(double(4)).wait() == 8
        with pytest.raises(ZeroDivisionError):
            await green.spawn_for_awaitable(fail()).wait()
        future = asyncio.get_running_loop().create_future()
        killed = [green.spawn_for_awaitable(future), green.spawn_for_awaitable(long())]
        await asyncio.sleep(0.01)
        for green_thread in killed:
            await green_thread.kill()
            assert green_thread.dead
        assert future.cancelled()
        assert canceled == [True]

    asyncio_run(main)


def test_coroutines_that_are_linked_start_before_those_that_wait_go_on() -> None:
    green = harness.load_helper(["spawn", "getcurrent"])
    seen: list[str] = []

    async def work() -> str:
        await asyncio.sleep(0)
        return "done"

    async def finished(thread: Any, name: str) -> None:
        seen.append(f"{name}: {await thread.wait()} {green.getcurrent() is thread}")

    async def main() -> None:
        thread = green.spawn(work)
        thread.link(finished, "link")
        seen.append(f"wait: {await thread.wait()}")
        thread.link(finished, "late")
        await asyncio.sleep(0)
        assert seen == ["link: done True", "wait: done", "late: done False"]

    asyncio_run(main)
