"""The helper does what Eventlet does: their traces of one source are equal.

``traces/`` holds what Eventlet 0.41.3 did on Python 3.11. With UNGREEN_EVENTLET_PYTHON set to an
interpreter that has it, `test_recorded_trace` runs Eventlet again; with UPDATE=1 it records.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import harness

CASES = harness.read_cases()
EVENTLET_PYTHON = os.environ.get("UNGREEN_EVENTLET_PYTHON")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_helper_does_as_eventlet(case: harness.Case) -> None:
    process = subprocess.run(
        [sys.executable, "-W", "error", harness.__file__, "asyncio", case.id],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout == case.trace_path.read_text(encoding="utf-8")


@pytest.mark.skipif(EVENTLET_PYTHON is None, reason="UNGREEN_EVENTLET_PYTHON is not set")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_recorded_trace(case: harness.Case) -> None:
    assert EVENTLET_PYTHON is not None
    process = subprocess.run(
        [EVENTLET_PYTHON, "-W", "ignore", harness.__file__, "eventlet", case.id],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    if os.environ.get("UPDATE") == "1":
        case.trace_path.write_text(process.stdout, encoding="utf-8")
    assert process.stdout == case.trace_path.read_text(encoding="utf-8")


def test_every_trace_has_a_case() -> None:
    recorded = {path.name for path in (harness.HERE / "traces").glob("*.txt")}
    assert recorded == {case.trace_path.name for case in CASES}
