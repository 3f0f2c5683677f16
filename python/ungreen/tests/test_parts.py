"""Every part stands alone with what it requires, and says of itself what is true."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import symtable
import sys
from pathlib import Path

import pytest

import assemble
import harness

PARTS = assemble.read_parts()
PUBLIC = sorted(name for part in PARTS.values() for name in part.defines if name[0] != "_")
RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
TY = shutil.which("ty", path=str(Path(sys.executable).parent)) or shutil.which("ty")
RUFF_OPTIONS = ["--isolated", "--line-length", "100", "--target-version", "py39"]


def ruff(text: str, *arguments: str) -> str:
    """What ruff has to say about ``text``."""
    assert RUFF is not None
    process = subprocess.run(
        [RUFF, *arguments, *RUFF_OPTIONS, "--stdin-filename", "aio_green.py", "-"],
        input=text,
        capture_output=True,
        text=True,
    )
    return "" if process.returncode == 0 else process.stdout + process.stderr


def lookup(module: object, dotted: str) -> object:
    for name in dotted.split("."):
        module = getattr(module, name)
    return module


def global_names(table: symtable.SymbolTable) -> set[str]:
    """The names that ``table`` and the scopes in it take from the module."""
    is_module = table.get_type() == "module"
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_module or symbol.is_global())
    }
    return names.union(*(global_names(child) for child in table.get_children()))


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_part_stands_alone(part: assemble.Part) -> None:
    text = assemble.assemble(part.defines)
    module = harness.load_helper(part.defines)
    for name in part.defines:
        assert hasattr(module, name)
    if RUFF is not None:
        assert ruff(text, "check", "--select", "F,E,W,I") == ""
        assert ruff(text, "format", "--diff") == ""


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_part_requires_what_it_uses(part: assemble.Part) -> None:
    defined_by = {name: other.name for other in PARTS.values() for name in other.defines}
    used = global_names(symtable.symtable(part.body, part.name, "exec"))
    others = {defined_by[name] for name in used if name in defined_by} - {part.name}
    assert others == set(part.requires)


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_part_defines_what_it_says(part: assemble.Part) -> None:
    assigned = set()
    for node in ast.parse(part.body).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            assigned.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            assigned.update(target.id for target in targets if isinstance(target, ast.Name))
    assert assigned == set(part.defines)


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_part_says_what_is_awaited(part: assemble.Part) -> None:
    module = harness.load_helper(part.defines)
    is_coroutine = set()
    async_with = set()
    for name in part.defines:
        value = getattr(module, name)
        if inspect.iscoroutinefunction(value) and name[0] != "_":
            is_coroutine.add(name)
        if inspect.isclass(value) and name[0] != "_":
            methods = inspect.getmembers(value, inspect.iscoroutinefunction)
            is_coroutine.update(f"{name}.{method}" for method, _ in methods if method[0] != "_")
            if hasattr(value, "__aenter__"):
                async_with.add(name)
    assert is_coroutine <= set(part.awaited)
    for dotted in set(part.awaited) - is_coroutine:
        if dotted.endswith(".__getattr__"):
            assert callable(lookup(module, dotted))
            continue
        assert "Future" in str(inspect.signature(lookup(module, dotted)).return_annotation)
    classes = {name for name in part.async_with if inspect.isclass(vars(module).get(name))}
    assert async_with == classes
    for dotted in [*part.async_with, *part.async_for]:
        assert callable(lookup(module, dotted))


@pytest.mark.parametrize("part", PARTS.values(), ids=lambda part: part.name)
def test_part_hands_on_what_it_does_not_have(part: assemble.Part) -> None:
    module = harness.load_helper(part.defines)
    for dotted in part.handed_on:
        name, member = dotted.split(".")
        made_of = vars(module)[name]()
        assert member not in dir(made_of)
        assert hasattr(made_of, member)


def test_every_public_name_has_a_test() -> None:
    used = {name for case in harness.read_cases() for name in case.green_names}
    tested_alone = "".join(
        path.read_text(encoding="utf-8") for path in sorted(harness.HERE.glob("test_*.py"))
    )
    untested = set(PUBLIC) - used
    assert [name for name in sorted(untested) if f'"{name}"' not in tested_alone] == []


def test_assembled_from_every_name_is_clean() -> None:
    text = assemble.assemble(PUBLIC)
    assert text.count("\n# ungreen-helper:") >= 1
    if RUFF is not None:
        assert ruff(text, "check", "--select", "F,E,W,I,B,UP") == ""
        assert ruff(text, "format", "--diff") == ""


def test_same_names_in_any_order_give_the_same_text() -> None:
    assert assemble.assemble(PUBLIC) == assemble.assemble(PUBLIC[::-1] + PUBLIC)


def test_readme_names_every_public_name() -> None:
    readme = (harness.HERE.parent / "helper" / "README.md").read_text(encoding="utf-8")
    assert [name for name in PUBLIC if f"`{name}`" not in readme] == []


@pytest.mark.skipif(TY is None, reason="ty is not installed")
@pytest.mark.parametrize("version", ["3.9", "3.13"])
def test_types(tmp_path: Path, version: str) -> None:
    assert TY is not None
    (tmp_path / "aio_green.py").write_text(assemble.assemble(PUBLIC), encoding="utf-8")
    process = subprocess.run(
        [TY, "check", "--python-version", version, "--output-format", "concise", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stdout + process.stderr
