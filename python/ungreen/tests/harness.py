"""Run one source twice: on the helper, and with ``async`` and ``await`` taken out on Eventlet.

A case is a coroutine function ``case_*`` in ``cases/``. It writes its trace with ``log(...)`` and
takes what it tests from ``green``: ``green.NAME`` is the helper's NAME, and in the other run what
the part that defines NAME says it replaces. ``green.sleep`` is there in both. The helper of a case
is assembled from just the names that the case uses.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import re
import sys
import types
from pathlib import Path
from typing import Any, Callable, NamedTuple

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "helper"))

import assemble  # noqa: E402

TIME_LIMIT_SECONDS = 20
BLOCKING_NAMES = {"sleep": "eventlet.sleep"}


class Case(NamedTuple):
    """One ``case_*`` function with what its file has besides cases."""

    module: str
    name: str
    source: str

    @property
    def id(self) -> str:
        return f"{self.module}-{self.name}"

    @property
    def trace_path(self) -> Path:
        return HERE / "traces" / f"{self.module}.{self.name}.txt"

    @property
    def green_names(self) -> list[str]:
        """The names of the helper that the case uses."""
        return sorted(set(re.findall(r"\bgreen\.(\w+)", self.source)) - set(BLOCKING_NAMES))


def _is_case(node: ast.stmt) -> bool:
    return isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("case_")


def read_cases() -> list[Case]:
    """Every case, in the order of the files and of the functions in them."""
    cases = []
    for path in sorted((HERE / "cases").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        nodes = ast.parse(text).body
        shared = [ast.get_source_segment(text, node) for node in nodes if not _is_case(node)]
        for node in nodes:
            if _is_case(node):
                source = "\n".join([*shared, ast.get_source_segment(text, node)])
                cases.append(Case(path.stem, node.name.removeprefix("case_"), source))
    return cases


def load_helper(names: list[str]) -> types.ModuleType:
    """The helper that defines ``names``, imported from its assembled text."""
    module = types.ModuleType("aio_green")
    exec(compile(assemble.assemble(names), "aio_green.py", "exec"), vars(module))
    return module


def run_on_asyncio(case: Case) -> list[str]:
    """The trace of the case on the helper."""
    green = load_helper(case.green_names)
    vars(green)["sleep"] = asyncio.sleep
    trace, main = _prepare(case.source, case.name, green)

    async def limited() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        await asyncio.wait_for(main(), TIME_LIMIT_SECONDS)

    asyncio.run(limited())
    return trace


def run_on_eventlet(case: Case) -> list[str]:
    """The trace of the case on Eventlet, with every green module patched in."""
    import eventlet.debug

    eventlet.monkey_patch()
    eventlet.debug.hub_exceptions(False)
    originals = dict(BLOCKING_NAMES)
    for part in assemble.read_parts().values():
        for original, name in part.replaces.items():
            originals.setdefault(name, original)
    green = types.SimpleNamespace()
    for name in [*case.green_names, *BLOCKING_NAMES]:
        setattr(green, name, _resolve(originals[name]))
    source = re.sub(r"\bawait ", "", re.sub(r"\basync (?=def|for|with)", "", case.source))
    trace, main = _prepare(source, case.name, green)
    main()
    return trace


def _prepare(source: str, name: str, green: Any) -> tuple[list[str], Callable[[], Any]]:
    trace: list[str] = []

    def log(*values: Any) -> None:
        trace.append(" ".join(map(str, values)))

    namespace: dict[str, Any] = {"green": green, "log": log}
    exec(source, namespace)
    return trace, namespace[f"case_{name}"]


def _resolve(dotted: str) -> Any:
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            value = getattr(value, attribute)
        return value
    raise ValueError(f"nothing is named {dotted}")


if __name__ == "__main__":
    wanted = sys.argv[2]
    runner = {"asyncio": run_on_asyncio, "eventlet": run_on_eventlet}[sys.argv[1]]
    for each in read_cases():
        if each.id == wanted:
            print("\n".join(runner(each)))
