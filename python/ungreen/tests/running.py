"""How tests run coroutines and whole programs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Callable

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


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def fail() -> None:
    raise ZeroDivisionError
