"""What the helper does that Eventlet has no counterpart of, and where it differs on purpose."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import errno
import gc
import http.server
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import types
import uuid
import weakref
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, Callable

import pytest

import assemble
import harness

EVENTLET_PYTHON = os.environ.get("UNGREEN_EVENTLET_PYTHON")


def asyncio_run(function: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(function(), harness.TIME_LIMIT_SECONDS))


def run_program(
    tmp_path: Path, names: list[str], program: str, python: str = sys.executable, **options: Any
) -> subprocess.Popen[str]:
    """Start ``program``, which has the helper of ``names`` as ``aio_green`` beside it."""
    (tmp_path / "aio_green.py").write_text(assemble.assemble(names), encoding="utf-8")
    (tmp_path / "program.py").write_text(textwrap.dedent(program), encoding="utf-8")
    return subprocess.Popen(
        [python, "-W", "error::RuntimeWarning", "program.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def output(process: subprocess.Popen[str]) -> tuple[list[str], str, int]:
    """The lines, the standard error and the exit status of a program."""
    out, err = process.communicate(timeout=30)
    return out.splitlines(), err, process.returncode


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


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


def test_sync_adapter_runs_a_coroutine() -> None:
    green = harness.load_helper(["run_sync"])
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    assert [green.run_sync(double(n)) for n in range(5)] == [0, 2, 4, 6, 8]
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


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


def test_settled_awaits_what_can_be_awaited() -> None:
    green = harness.load_helper(["settled"])

    async def main() -> None:
        task = asyncio.ensure_future(double(2))
        found = [await green.settled(value) for value in (1, None, double(1), task)]
        assert found == [1, None, 2, 4]

    asyncio_run(main)


def test_iterate_takes_both_kinds_of_iterables() -> None:
    green = harness.load_helper(["iterate"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(2):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        sources = [numbers(), [0, 1], iter((0, 1)), range(2), {0: "a", 1: "b"}]
        for items in sources:
            assert [item async for item in green.iterate(items)] == [0, 1]
        source = iter("ab")
        assert [await green.iterate(source).__anext__() for _ in range(2)] == ["a", "b"]
        generator = numbers()
        assert green.iterate(generator) is generator

    asyncio_run(main)


def test_azip_and_aenumerate_take_one_item_after_the_other() -> None:
    green = harness.load_helper(["azip", "aenumerate"])
    taken: list[int] = []

    async def numbers() -> AsyncIterator[int]:
        for number in range(9):
            await asyncio.sleep(0)
            taken.append(number)
            yield number

    async def main() -> None:
        pairs = green.azip("ab", numbers())
        assert [pair async for pair in pairs] == [("a", 0), ("b", 1)] == list(zip("ab", range(9)))
        assert taken == [0, 1]
        assert [pair async for pair in green.azip()] == list(zip())
        counted = green.aenumerate(numbers(), 5)
        assert [await counted.__anext__() for _ in range(2)] == [(5, 0), (6, 1)]
        await counted.aclose()

    asyncio_run(main)


def test_amap_and_afilter_call_functions_of_both_kinds() -> None:
    green = harness.load_helper(["amap", "afilter"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        assert [item async for item in green.amap(double, numbers())] == [0, 2, 4]
        assert [item async for item in green.amap(pow, [2, 3], numbers())] == [1, 3]
        assert [item async for item in green.afilter(None, numbers())] == [1, 2]
        assert [item async for item in green.afilter(lambda n: n < 2, numbers())] == [0, 1]

    asyncio_run(main)


def test_asorted_sorts_as_sorted() -> None:
    green = harness.load_helper(["asorted"])
    words = ["bb", "a", "cc", "ddd", "e"]

    async def length(word: str) -> int:
        await asyncio.sleep(0)
        return len(word)

    async def main() -> None:
        assert await green.asorted(words, key=length) == sorted(words, key=len)
        assert await green.asorted(words, key=length, reverse=True) == sorted(
            words, key=len, reverse=True
        )
        assert await green.asorted(words) == sorted(words)

    asyncio_run(main)


def test_imap_takes_asynchronous_iterables() -> None:
    green = harness.load_helper(["GreenPool"])

    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    async def main() -> None:
        results = green.GreenPool(2).imap(lambda *args: args, numbers(), "abc")
        assert [result async for result in results] == [(0, "a"), (1, "b"), (2, "c")]

    asyncio_run(main)


FACED = """
import asyncio, copy, os, pickle, signal, sys, threading
from aio_green import FaceAttribute, SyncFace

class AsyncNode:
    kind = "node"
    def __init__(self, name, parent=None):
        self.name, self.parent, self.beats = name, parent, 0
    async def tell(self):
        await asyncio.sleep(0)
        return self.name
    async def itself(self):
        return self
    async def family(self):
        return [self, self.parent]
    def fail(self):
        raise StopIteration(self.name)
    async def wait(self):
        try:
            await asyncio.sleep(30)
        finally:
            print("cleaned up", flush=True)
    async def names(self):
        try:
            yield self.name
            yield self.parent.name
        finally:
            print("closed")
    async def _hidden(self):
        return "hidden " + self.name
    async def start(self):
        async def beat():
            try:
                while True:
                    self.beats += 1
                    await asyncio.sleep(0.001)
            finally:
                print("heart stopped", flush=True)
        self.heart = asyncio.get_running_loop().create_task(beat())

class Node(SyncFace, asynchronous=AsyncNode):
    kind = FaceAttribute()
    def tell(self): return self._call(self._async.tell)
    def itself(self): return self._call(self._async.itself)
    def family(self): return self._call(self._async.family)
    def fail(self): return self._call(self._async.fail)
    def wait(self): return self._call(self._async.wait)
    def names(self): return self._iterate(self._async.names)
    def start(self):
        self._call(self._async.start)

if __name__ == "__main__":
    root = Node("root")
    node = Node("leaf", root)
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("print(node.tell(), node.name, Node.kind, node.kind)", ["leaf leaf node node"]),
        ("print(node.parent is root, node.itself() is node)", ["True True"]),
        ("print([one is node or one is root for one in node.family()])", ["[True, True]"]),
        ("print(list(node.names()))", ["closed", "['leaf', 'root']"]),
        ("names = node.names(); print(next(names)); names.close()", ["leaf", "closed"]),
        ("print(node._hidden())", ["hidden leaf"]),
        ("node.name = 'new'; print(node.tell(), vars(node).keys())", ["new dict_keys(['_async'])"]),
        (
            "other = copy.copy(node); other.name = 'new'; print(node.name, other.tell())",
            ["leaf new"],
        ),
        ("print(pickle.loads(pickle.dumps(node)).parent.tell())", ["root"]),
        ("try: node.fail()\n    except StopIteration as error: print(error)", ["leaf"]),
        (
            "node.start(); threading.Event().wait(0.1); print(node.beats > 3)",
            ["True", "heart stopped"],
        ),
        (
            "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
            "    try: node.wait()\n    except KeyboardInterrupt: print('interrupted', node.tell())",
            ["cleaned up", "interrupted leaf"],
        ),
        (
            "node.tell()\n    child = os.fork()\n"
            "    if child == 0:\n        print('child', node.tell(), flush=True)\n        os._exit(0)\n"
            "    os.waitpid(child, 0); print('parent', node.tell())",
            ["child leaf", "parent leaf"],
        ),
        (
            "async def main():\n        try: node.tell()\n        except RuntimeError as error: print(error)\n"
            "    asyncio.run(main())",
            [
                "AsyncNode.tell was called through its synchronous face in a running event loop; "
                "use the asynchronous class there"
            ],
        ),
    ],
)
def test_sync_face_and_its_attributes(tmp_path: Path, lines: str, expected: list[str]) -> None:
    if "os.fork" in lines and not hasattr(os, "fork"):
        pytest.skip("no fork")
    program = FACED + f"    {lines}\n"
    process = run_program(tmp_path, ["SyncFace", "FaceAttribute"], program)
    out, err, status = output(process)
    assert "DeprecationWarning" in err or err == ""
    assert (out, status) == (expected, 0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("make", ["run_sync", "SyncRunner"])
def test_sync_adapter_refuses_in_a_running_loop(make: str) -> None:
    green = harness.load_helper([make])

    async def main() -> None:
        with pytest.raises(RuntimeError, match="double was called synchronously in a running"):
            if make == "run_sync":
                green.run_sync(double(1))
            else:
                with green.SyncRunner() as runner:
                    runner.run(double(1))
        gc.collect()

    asyncio_run(main)


def test_sync_runner_keeps_one_loop_and_closes_it() -> None:
    green = harness.load_helper(["SyncRunner"])
    loops = []
    ended = []

    async def remember() -> None:
        loops.append(asyncio.get_running_loop())

    async def leave_a_task() -> None:
        async def task() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append(True)

        ended.append(asyncio.get_running_loop().create_task(task()))
        await asyncio.sleep(0)

    with green.SyncRunner() as runner:
        runner.run(remember())
        runner.run(remember())
        runner.run(leave_a_task())
        with pytest.raises(ZeroDivisionError):
            runner.run(asyncio.wait_for(fail(), 1))
    assert loops[0] is loops[1]
    assert loops[0].is_closed()
    assert ended[1:] == [True]
    with pytest.raises(RuntimeError, match="closed"):
        runner.run(remember())
    runner.close()


async def fail() -> None:
    raise ZeroDivisionError


@pytest.mark.skipif(EVENTLET_PYTHON is None, reason="UNGREEN_EVENTLET_PYTHON is not set")
@pytest.mark.parametrize("make", ["run_sync", "SyncRunner"])
def test_sync_adapter_on_eventlets_asyncio_hub(tmp_path: Path, make: str) -> None:
    process = run_program(
        tmp_path,
        [make],
        """
        import eventlet.hubs
        eventlet.hubs.use_hub("eventlet.hubs.asyncio")
        eventlet.monkey_patch()
        import asyncio
        import aio_green
        from eventlet.asyncio import spawn_for_awaitable

        run_sync = aio_green.run_sync if MAKE == "run_sync" else aio_green.SyncRunner().run

        async def double(n):
            await asyncio.sleep(0.02)
            return 2 * n

        async def in_a_coroutine():
            try:
                run_sync(double(1))
            except RuntimeError as e:
                print(e)

        def worker(n):
            print(n, run_sync(double(n)))

        gs = [eventlet.spawn(worker, n) for n in range(2)]
        eventlet.sleep(0)
        print("others run")
        for g in gs:
            g.wait()
        print(run_sync(double(5)))
        spawn_for_awaitable(in_a_coroutine()).wait()
        """.replace("MAKE", repr(make)),
        python=EVENTLET_PYTHON or "",
    )
    lines, err, status = output(process)
    assert (lines[:4], status) == (["others run", "0 0", "1 2", "10"], 0), err
    assert lines[4].startswith("double was called synchronously in a running event loop")


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


def test_receive_ends_with_none_when_the_connection_is_closed() -> None:
    from websockets.asyncio.client import connect
    from websockets.asyncio.server import ServerConnection, serve

    green = harness.load_helper(["receive"])
    received: list[Any] = []

    async def handler(connection: ServerConnection) -> None:
        while True:
            message = await green.receive(connection)
            received.append(message)
            if message is None:
                return

    async def main() -> None:
        async with serve(handler, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with connect(f"ws://127.0.0.1:{port}") as client:
                await client.send("text")
                await client.send(b"bytes")
            while None not in received:
                await asyncio.sleep(0.01)

    asyncio_run(main)
    assert received == ["text", b"bytes", None]


def served(
    application: Callable[..., Any], body: bytes = b"", **changes: Any
) -> tuple[int, dict[bytes, bytes], list[bytes]]:
    """The status, the headers and the pieces of the body that ``application`` answers with."""
    green = harness.load_helper(["WSGIApp"])
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/caf\u00e9",
        "raw_path": b"/caf%C3%A9",
        "query_string": b"a=1",
        "headers": [(b"host", b"here"), (b"x-twice", b"1"), (b"x-twice", b"2")],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1234),
        **changes,
    }
    messages = [
        {"type": "http.request", "body": body[:2], "more_body": True},
        {"type": "http.request", "body": body[2:]},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio_run(lambda: green.WSGIApp(application)(scope, receive, send))
    assert [message.get("more_body") for message in sent[1:]][-1] is False
    return sent[0]["status"], dict(sent[0]["headers"]), [message["body"] for message in sent[1:]]


def test_wsgi_application_that_is_a_coroutine_function() -> None:
    async def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        await asyncio.sleep(0)
        start_response("201 Created", [("Content-Type", "text/plain")])
        names = ("REQUEST_METHOD", "QUERY_STRING", "HTTP_X_TWICE", "REMOTE_ADDR")
        path = environ["PATH_INFO"].encode("latin-1")
        return [path, *(environ[name].encode() for name in names), environ["wsgi.input"].read()]

    status, headers, pieces = served(application, b"body")
    whole = "/caf\u00e9POSTa=11,2127.0.0.1body".encode()
    assert (status, pieces) == (201, [whole])
    assert headers == {b"content-type": b"text/plain", b"content-length": str(len(whole)).encode()}


def test_wsgi_application_that_writes_and_yields() -> None:
    closed: list[str] = []

    async def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        write = start_response("200 OK", [])
        write(b"written ")

        async def body() -> Any:
            try:
                yield b"first"
                yield b""
                yield b"second"
            finally:
                closed.append("closed")

        return body()

    assert served(application) == (200, {}, [b"written first", b"second", b""])
    assert closed == ["closed"]


def test_wsgi_application_that_is_a_plain_function() -> None:
    class Body:
        def __iter__(self) -> Any:
            return iter([b"a", b"b"])

        def close(self) -> None:
            closed.append("closed")

    closed: list[str] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("500 Oh", [])
        try:
            raise ValueError("replaced")
        except ValueError:
            start_response("404 Not Found", [("X-A", "1")], sys.exc_info())
        return Body()

    assert served(application) == (404, {b"x-a": b"1"}, [b"a", b"b", b""])
    assert closed == ["closed"]


def test_wsgi_application_that_never_starts_its_response() -> None:
    with pytest.raises(AssertionError, match="start_response was not called"):
        served(lambda environ, start_response: [b"body"])


def test_wsgi_application_with_a_limit_serves_the_others_later() -> None:
    at_once: list[int] = []
    running = 0

    async def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        nonlocal running
        running += 1
        at_once.append(running)
        await asyncio.sleep(0.01)
        running -= 1
        start_response("200 OK", [])
        return []

    green = harness.load_helper(["WSGIApp"])
    app = green.WSGIApp(application, max_size=2)
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        pass

    async def main() -> None:
        await asyncio.gather(*(app(scope, receive, send) for _ in range(5)))

    asyncio_run(main)
    assert len(at_once) == 5
    assert max(at_once) == 2


def connected(
    make: Callable[[Any], Any], messages: list[dict[str, Any]], **headers: str
) -> list[dict[str, Any]]:
    """What a websocket of the application that ``make`` makes of the helper sends."""
    green = harness.load_helper(["WSGIApp", "WebSocketWSGI", "WebSocket"])
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/live/caf\u00e9",
        "query_string": b"a=1",
        "headers": [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()],
    }
    incoming = [{"type": "websocket.connect"}, *messages]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        if message.get("text") == "too late":
            raise OSError("gone")
        sent.append(message)

    asyncio_run(lambda: green.WSGIApp(make(green))(scope, receive, send))
    return sent


def test_websocket_behind_an_application() -> None:
    def make(green: Any) -> Any:
        @green.WebSocketWSGI
        async def echo(ws: Any) -> None:
            assert isinstance(ws, green.WebSocket)
            assert (ws.protocol, ws.origin, ws.version) == (None, "http://here", 13)
            assert ws.environ["QUERY_STRING"] == "a=1"
            assert ws.environ["wsgi.url_scheme"] == "http"
            await ws.send(ws.path.encode("latin-1").decode())
            while (message := await ws.wait()) is not None:
                await ws.send(message)
            assert await ws.wait() is None

        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            return echo(environ, start_response)

        return application

    messages = [
        {"type": "websocket.receive", "text": "one"},
        {"type": "websocket.receive", "bytes": b"two", "text": None},
        {"type": "websocket.disconnect"},
    ]
    assert connected(make, messages, origin="http://here") == [
        {"type": "websocket.accept", "subprotocol": None},
        {"type": "websocket.send", "text": "/live/caf\u00e9"},
        {"type": "websocket.send", "text": "one"},
        {"type": "websocket.send", "bytes": b"two"},
    ]


def test_websocket_that_the_handler_closes() -> None:
    def make(green: Any) -> Any:
        async def handler(ws: Any) -> None:
            assert ws.protocol == "chat"
            assert await ws.wait() is None  # the message is too long
            with pytest.raises(BrokenPipeError):
                await ws.send("after the end")
            raise BrokenPipeError(errno.EPIPE, "nobody is told")

        application = green.WebSocketWSGI.configured(handler, ["chat", "news"], lambda host, o: o)
        application.max_frame_length = 3
        return application

    messages = [{"type": "websocket.receive", "text": "long"}]
    headers = {"origin": "x", "sec_websocket_protocol": "nothing, chat, news"}
    sent = connected(make, messages, **headers)
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]
    assert (sent[0]["subprotocol"], sent[1]["code"]) == ("chat", 1009)


def test_websocket_whose_peer_is_gone() -> None:
    def make(green: Any) -> Any:
        @green.WebSocketWSGI.configured(supported_protocols=None)
        async def handler(ws: Any) -> None:
            await ws.send("too late")

        return handler

    assert [message["type"] for message in connected(make, [])] == ["websocket.accept"]


def test_websocket_that_is_refused() -> None:
    async def check(host: str, origin: str) -> bool:
        return origin == "http://here"

    def make(green: Any) -> Any:
        return green.WebSocketWSGI.configured(lambda ws: None, origin_checker=check)

    sent = connected(make, [], origin="http://there")
    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == 403
    assert [message["type"] for message in connected(make, [], origin="http://here")] == [
        "websocket.accept",
        "websocket.close",
    ]


def test_page_in_place_of_a_websocket() -> None:
    green = harness.load_helper(["WSGIApp", "WebSocketWSGI"])
    status, headers, pieces = served(green.WebSocketWSGI(lambda ws: None))
    assert (status, pieces) == (400, [b""])
    assert headers[b"connection"] == b"close"


def test_page_for_a_websocket() -> None:
    def make(green: Any) -> Any:
        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            start_response("404 Not Found", [])
            return [b"no"]

        return application

    assert [message["type"] for message in connected(make, [])] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]


def test_http_session_is_one_for_the_loop_and_does_as_urlopen() -> None:
    import aiohttp

    green = harness.load_helper(["http_session"])
    cookies: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers["Cookie"])
            body = b"caf\xe9"
            self.send_response(404 if self.path == "/missing" else 200)
            self.send_header("Set-Cookie", "a=b")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    sessions: list[Any] = []

    async def main() -> None:
        for _ in range(2):
            async with green.http_session().get(address) as response:
                assert await response.read() == b"caf\xe9"
        with pytest.raises(aiohttp.ClientResponseError) as raised:
            await green.http_session().get(address + "/missing")
        assert raised.value.status == 404
        assert green.http_session() is green.http_session()
        assert green.http_session().trust_env
        assert green.http_session().timeout.total is None
        sessions.append(green.http_session())

    asyncio_run(main)
    asyncio_run(main)
    server.shutdown()
    server.server_close()
    assert cookies == [None] * 6
    assert sessions[0] is not sessions[1]
    assert [session.closed for session in sessions] == [True, True]


def test_http_timeout_limits_each_wait() -> None:
    green = harness.load_helper(["http_timeout"])
    limits = green.http_timeout(1.5)
    assert (limits.sock_connect, limits.sock_read) == (1.5, 1.5)
    assert (limits.total, limits.connect) == (None, None)
    assert green.http_timeout(None).sock_read is None


def test_json_text_is_that_of_flask() -> None:
    green = harness.load_helper(["json_text"])
    moment = datetime.datetime(2024, 5, 6, 7, 8, 9)
    content = {
        "b": [1, None, "\u00e9"],
        "a": decimal.Decimal("1.50"),
        "d": moment.date(),
        "m": moment,
        "t": moment.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        "u": uuid.UUID(int=1),
    }
    assert green.json_text(content) == (
        '{"a":"1.50","b":[1,null,"\\u00e9"],"d":"Mon, 06 May 2024 00:00:00 GMT",'
        '"m":"Mon, 06 May 2024 07:08:09 GMT","t":"Mon, 06 May 2024 05:08:09 GMT",'
        '"u":"00000000-0000-0000-0000-000000000001"}\n'
    )
    with pytest.raises(TypeError, match="set"):
        green.json_text({1, 2})


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
