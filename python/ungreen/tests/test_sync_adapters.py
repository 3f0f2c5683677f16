"""Synchronous faces of asynchronous code: `run_sync`, `SyncRunner`, `SyncFace`."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path

import pytest

import harness
from running import EVENTLET_PYTHON, asyncio_run, double, fail, output, run_program


def test_sync_adapter_runs_a_coroutine() -> None:
    green = harness.load_helper(["run_sync"])
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    assert [green.run_sync(double(n)) for n in range(5)] == [0, 2, 4, 6, 8]
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


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
    @property
    async def slow(self):
        await asyncio.sleep(0)
        return self.parent
    @property
    def loud(self):
        return self.name.upper()
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
        ("print(node.slow is root, node.slow is root, node.loud)", ["True True LEAF"]),
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


@pytest.mark.skipif(EVENTLET_PYTHON is None, reason="UNGREEN_EVENTLET_PYTHON is not set")
def test_green_wait(tmp_path: Path) -> None:
    process = run_program(
        tmp_path,
        ["green_wait"],
        """
        import eventlet.hubs
        eventlet.hubs.use_hub("eventlet.hubs.asyncio")
        eventlet.monkey_patch()
        import asyncio
        from aio_green import green_wait

        async def work(name, seconds):
            try:
                await asyncio.sleep(seconds)
                if name == "bad":
                    raise ValueError(name)
                return name
            finally:
                await asyncio.sleep(0)
                print("end of", name)

        print(green_wait(work("main", 0)))
        try:
            green_wait(work("bad", 0))
        except ValueError as error:
            print("raised", error)
        with eventlet.Timeout(0.02, False):
            green_wait(work("slow", 10))
        print("timed out")
        g = eventlet.spawn(lambda: green_wait(work("killed", 10)))
        eventlet.sleep(0.01)
        g.kill()
        eventlet.sleep(0.01)
        gs = [eventlet.spawn(lambda n=n: green_wait(work(n, 0.01))) for n in "ab"]
        print([g.wait() for g in gs])
        """,
        python=EVENTLET_PYTHON or "",
    )
    lines, err, status = output(process)
    assert status == 0, err
    assert lines == [
        "end of main",
        "main",
        "end of bad",
        "raised bad",
        "end of slow",
        "timed out",
        "end of killed",
        "end of a",
        "end of b",
        "['a', 'b']",
    ], err


@pytest.mark.skipif(EVENTLET_PYTHON is None, reason="UNGREEN_EVENTLET_PYTHON is not set")
def test_green_wait_needs_the_asyncio_hub(tmp_path: Path) -> None:
    process = run_program(
        tmp_path,
        ["green_wait"],
        """
        import eventlet.hubs
        eventlet.hubs.use_hub("selects")
        from aio_green import green_wait

        async def work():
            print("not reached")

        green_wait(work())
        """,
        python=EVENTLET_PYTHON or "",
    )
    lines, err, status = output(process)
    assert (lines, status) == ([], 1)
    assert "asyncio hub only" in err
    assert "never awaited" not in err
