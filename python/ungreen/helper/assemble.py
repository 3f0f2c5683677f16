#!/usr/bin/env python3
"""Write the helper that a program needs: ``assemble.py NAME...`` prints the file.

The contract that this follows, and that Ungreen's writer follows too, is in README.md.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PARTS = Path(__file__).parent / "parts"
HEADER = (Path(__file__).parent / "header.txt").read_text(encoding="utf-8")
NAMES_PREFIX = "# ungreen-helper:"
LINE_LENGTH = 100
BLOCK_STARTS = ("class ", "def ", "async def ", "@")


class Part(NamedTuple):
    """One file of ``parts/``."""

    name: str
    defines: list[str]
    requires: list[str]
    imports: list[str]
    awaited: list[str]
    async_with: list[str]
    async_for: list[str]
    handed_on: list[str]
    replaces: dict[str, str]
    body: str


def read_part(name: str) -> Part:
    """The part in the file ``name.py``."""
    text = (PARTS / f"{name}.py").read_text(encoding="utf-8")
    start, header, body = text.split("# ///", 2)
    if start or not header.startswith(" part\n"):
        raise ValueError(f"{name}: does not begin with `# /// part`")
    lines = [line.removeprefix("#").removeprefix(" ") for line in header.splitlines()[1:]]
    fields: dict[str, Any] = tomllib.loads("\n".join(lines))
    lists = ("awaited", "async_with", "async_for", "handed_on")
    optional: dict[str, Any] = {**{key: [] for key in lists}, "replaces": {}}
    return Part(name=name, body=body.strip("\n"), **{**optional, **fields})


def read_parts() -> dict[str, Part]:
    """Every part by its name."""
    return {path.stem: read_part(path.stem) for path in sorted(PARTS.glob("*.py"))}


def select(names: list[str], parts: dict[str, Part]) -> list[Part]:
    """The parts that define ``names``, with all that these require, in the order of writing."""
    defining = {name: part.name for part in parts.values() for name in part.defines}
    wanted = {defining[name] for name in names}
    pending = list(wanted)
    while pending:
        for required in parts[pending.pop()].requires:
            if required not in wanted:
                wanted.add(required)
                pending.append(required)
    ordered: list[str] = []
    while len(ordered) < len(wanted):
        ready = (
            name
            for name in wanted.difference(ordered)
            if all(required in ordered for required in parts[name].requires)
        )
        ordered.append(min(ready))
    return [parts[name] for name in ordered]


def merge_imports(selected: list[Part]) -> list[str]:
    """One statement a module: the ``import`` statements by name, then the ``from`` ones."""
    plain: set[str] = set()
    members: dict[str, set[str]] = {}
    for part in selected:
        for statement in part.imports:
            if statement.startswith("from "):
                module, _, names = statement.removeprefix("from ").partition(" import ")
                members.setdefault(module, set()).update(names.split(", "))
            else:
                plain.add(statement)
    statements = sorted(plain)
    for module, names in sorted(members.items()):
        statement = f"from {module} import {', '.join(sorted(names))}"
        if len(statement) > LINE_LENGTH:
            listed = "".join(f"    {name},\n" for name in sorted(names))
            statement = f"from {module} import (\n{listed})"
        statements.append(statement)
    return statements


def wrap_names(names: list[str]) -> str:
    """Comment lines, as few as possible, that list ``names``."""
    lines = [NAMES_PREFIX]
    for name in names:
        if len(lines[-1]) + 1 + len(name) > LINE_LENGTH:
            lines.append(NAMES_PREFIX)
        lines[-1] += f" {name}"
    return "\n".join(lines)


def assemble(names: list[str]) -> str:
    """The text of the helper that defines ``names``."""
    selected = select(names, read_parts())
    text = HEADER.replace("{names}", wrap_names(sorted(set(names))))
    text += "\nfrom __future__ import annotations\n"
    imports = merge_imports(selected)
    if imports:
        text += "\n" + "\n".join(imports) + "\n"
    for position, part in enumerate(selected):
        first_statement = position == 0 and not part.body.startswith(BLOCK_STARTS)
        text += ("\n" if first_statement else "\n\n") + part.body + "\n"
    return text


if __name__ == "__main__":
    sys.stdout.write(assemble(sys.argv[1:]))
