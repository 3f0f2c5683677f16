#!/usr/bin/env python3
"""Seed faults into the parts, one at a time, and see that the tests notice each.

``run_mutations.py [SUBSTRING]`` runs those of ``mutations.toml`` whose part or text contains it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
# Tests of what the helper does, beside those of the traces.
ALONE = sorted({path.name for path in HERE.glob("test_*.py")} - {"test_parts.py", "test_traces.py"})
sys.path.insert(0, str(HERE.parent / "helper"))

import assemble  # noqa: E402
import harness  # noqa: E402


def traces_of(part: str) -> list[str]:
    """The tests of the cases whose helper contains the part."""
    parts = assemble.read_parts()
    return [
        f"test_traces.py::test_helper_does_as_eventlet[{case.id}]"
        for case in harness.read_cases()
        if parts[part] in assemble.select(case.green_names, parts)
    ]


def first_failure(fault: dict[str, str]) -> str | None:
    """The first test that notices the fault; None if none does."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "ungreen"
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(HERE.parent, copy, ignore=ignored)
        part = copy / "helper" / "parts" / f"{fault['part']}.py"
        text = part.read_text(encoding="utf-8")
        if text.count(fault["find"]) != 1:
            raise ValueError(f"{fault['part']}: not exactly once there: {fault['find']!r}")
        part.write_text(text.replace(fault["find"], fault["replace"]), encoding="utf-8")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("UNGREEN_EVENTLET_PYTHON", None)
        process = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no"]
            + [*ALONE, *traces_of(fault["part"])],
            cwd=copy / "tests",
            env=environment,
            capture_output=True,
            text=True,
        )
    failed = [line for line in process.stdout.splitlines() if line.startswith("FAILED")]
    return failed[0].split()[1] if failed else None


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    with (HERE / "mutations.toml").open("rb") as file:
        faults = tomllib.load(file)["fault"]
    unnoticed = 0
    for fault in faults:
        if wanted in fault["part"] or wanted in fault["find"]:
            test = first_failure(fault)
            unnoticed += test is None
            seeded = f"{fault['part']}: {fault['find'].strip()!r}"
            print(f"{seeded} -> {test or 'UNNOTICED'}", flush=True)
    print(f"{unnoticed} unnoticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
