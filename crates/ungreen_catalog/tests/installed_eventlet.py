"""Looks into the installed Eventlet.

    installed_eventlet.py public            prints every public name: KIND<tab>NAME
    installed_eventlet.py missing           reads KIND<tab>NAME lines, prints those that do not exist
    installed_eventlet.py identical         reads NAME<tab>ALIAS lines, prints those that lead to different objects
    installed_eventlet.py unstubbed FOLDER  prints every public name that the stubs in FOLDER lack
"""

import ast
import builtins
import functools
import importlib
import importlib.util
import inspect
import io
import pathlib
import pkgutil
import sys
import tempfile
import types
import warnings

warnings.simplefilter("ignore")
ROOTS = ("eventlet", "greenlet")


def is_public(name):
    return not name.startswith("_")


def module_names():
    """Names of all public modules, importable or not."""
    found = ["eventlet"]
    package = importlib.import_module("eventlet")
    pending = [(package.__path__, "eventlet.")]
    while pending:
        path, prefix = pending.pop()
        for info in pkgutil.iter_modules(path):
            if not is_public(info.name):
                continue
            name = prefix + info.name
            found.append(name)
            if info.ispkg:
                pending.append(([str(pathlib.Path(source_of(name)).parent)], name + "."))
    return sorted(found)


def source_of(name):
    """Path of a module's source, without importing the module itself."""
    path = pathlib.Path(importlib.import_module("eventlet").__file__).parent
    for part in name.split(".")[1:]:
        path = path / part
    if path.is_dir():
        return path / "__init__.py"
    return path.with_suffix(".py")


@functools.cache
def import_or_none(name):
    try:
        return importlib.import_module(name)
    except BaseException:
        return None


def statements(body):
    """Statements of a module, those in branches as well."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                yield from statements(getattr(node, part, ()))
        for handler in getattr(node, "handlers", ()):
            yield from statements(handler.body)


def written_names(body):
    """Kinds of the names that statements bind other than by import."""
    kinds = {}
    for node in statements(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            kinds[node.name] = "function"
        elif isinstance(node, ast.ClassDef):
            kinds[node.name] = "class"
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        kinds.setdefault(part.id, "constant")
    return kinds


def is_own(value):
    module = getattr(value, "__module__", None)
    return isinstance(module, str) and module.split(".")[0] in ROOTS


def kind_of(value):
    if isinstance(value, type):
        return "class"
    if isinstance(value, types.ModuleType):
        return "module"
    if callable(value):
        return "function"
    return "constant"


# Standard library modules that green modules of other names make cooperative.
COUNTERPARTS = {
    "BaseHTTPServer": "http.server",
    "CGIHTTPServer": "http.server",
    "Queue": "queue",
    "SimpleHTTPServer": "http.server",
    "SocketServer": "socketserver",
    "builtin": "builtins",
    "httplib": "http.client",
    "thread": "_thread",
    "urllib2": "urllib.request",
}


def green_copies(module_name, module):
    """Names that the green module binds to something else than the standard library does."""
    if not module_name.startswith("eventlet.green."):
        return set()
    name = module_name.removeprefix("eventlet.green.")
    counterpart = import_or_none(COUNTERPARTS.get(name, name))
    return {
        name
        for name, value in vars(module).items()
        if kind_of(value) in ("class", "function") and getattr(counterpart, name, value) is not value
    }


def public_names():
    for module_name in module_names():
        yield "module", module_name
        tree = ast.parse(source_of(module_name).read_text())
        written = written_names(tree.body)
        module = import_or_none(module_name)
        if module is None:
            for name, kind in written.items():
                if is_public(name):
                    yield kind, f"{module_name}.{name}"
            for node in statements(tree.body):
                if isinstance(node, ast.ClassDef) and is_public(node.name):
                    for name in written_names(node.body):
                        if is_public(name):
                            yield "method", f"{module_name}.{node.name}.{name}"
            continue
        exported = set(getattr(module, "__all__", ()))
        copies = green_copies(module_name, module)
        if not module_name.startswith("eventlet.green"):
            exported.update(vars(module) if hasattr(module, "__path__") else ())
        for name, value in vars(module).items():
            if not is_public(name) or isinstance(value, types.ModuleType):
                continue
            own = is_own(value) and not hasattr(builtins, getattr(value, "__name__", ""))
            defined_here = name in written and (own or kind_of(value) == "constant")
            if not (defined_here or name in copies or (own and name in exported)):
                continue
            yield kind_of(value), f"{module_name}.{name}"
            if isinstance(value, type) and value.__module__ == module_name:
                for member in vars(value):
                    if is_public(member):
                        yield "method", f"{module_name}.{name}.{member}"


MISSING = object()


def resolve(dotted):
    """The object of a dotted name: the longest importable prefix, then attributes."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        value = import_or_none(".".join(parts[:length]))
        if value is None:
            continue
        for part in parts[length:]:
            value = inspect.getattr_static(value, part, MISSING) if isinstance(value, type) else getattr(value, part, MISSING)
            if value is MISSING:
                return MISSING
        return value
    return MISSING


def has_instance_attribute(dotted):
    """Is the last part assigned to `self` in the class, or is a field of one of its bases?"""
    owner_name, _, attribute = dotted.rpartition(".")
    owner = resolve(owner_name)
    if not isinstance(owner, type):
        return False
    for base in owner.__mro__:
        try:
            tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(base)))
        except (OSError, TypeError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and node.attr == attribute
                and isinstance(node.value, ast.Name)
                and node.value.id == "self"
            ):
                return True
    return False


def is_of_wrapped_file(dotted):
    """Does an instance hand the last part on to the binary file that it wraps?"""
    owner_name, _, attribute = dotted.rpartition(".")
    owner = resolve(owner_name)
    wraps_file = isinstance(owner, type) and issubclass(owner, tempfile._TemporaryFileWrapper)
    return wraps_file and hasattr(io.BufferedReader, attribute)


def is_in_source(dotted):
    """Is it written in a module that cannot be imported here?"""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = source_of(".".join(parts[:length])) if parts[0] == "eventlet" else None
        if path is None or not path.is_file():
            continue
        if length == len(parts):
            return True
        body = ast.parse(path.read_text()).body
        for part in parts[length:]:
            names = written_names(body)
            imported = {
                alias.asname or alias.name
                for node in statements(body)
                if isinstance(node, (ast.Import, ast.ImportFrom))
                for alias in node.names
            }
            if part not in names and part not in imported:
                return False
            body = next((node.body for node in statements(body) if isinstance(node, ast.ClassDef) and node.name == part), [])
        return True
    return False


def exists(kind, dotted):
    if kind == "parameter":
        function, _, parameter = dotted.partition("#")
        return parameter in inspect.signature(resolve(function)).parameters
    if resolve(dotted) is not MISSING or is_in_source(dotted):
        return True
    return has_instance_attribute(dotted) or is_of_wrapped_file(dotted)


def is_identical(name, alias):
    """Same object, apart from a wrapper or subclass that warns about an old name. Methods are bound anew at each access, so they are compared by value."""
    one, other = (value if isinstance(value, type) else inspect.unwrap(value) for value in (resolve(name), resolve(alias)))
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(other, one)
    return one is other or (one is not MISSING and one == other)


def stub_path(folder, module_name):
    path = pathlib.Path(folder, *module_name.split("."))
    return path / "__init__.pyi" if path.is_dir() else path.with_name(path.name + ".pyi")


@functools.cache
def stub_names(folder, module_name, seen=()):
    """Names that a stub binds: those written, those imported, and those of `import *`."""
    path = stub_path(folder, module_name)
    if not path.is_file() or module_name in seen:
        module = import_or_none(module_name)
        return {name: None for name in vars(module)} if module else {}
    names = {}
    body = ast.parse(path.read_text()).body
    for node in statements(body):
        if isinstance(node, ast.ClassDef):
            names[node.name] = node
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name == "*":
                    names.update(stub_names(folder, node.module, (*seen, module_name)))
                else:
                    source = stub_names(folder, node.module, (*seen, module_name)) if isinstance(node, ast.ImportFrom) else {}
                    names[alias.asname or alias.name] = source.get(alias.name)
    for name in written_names(body):
        names.setdefault(name, None)
    return names


def has_stub_member(folder, module_name, class_name, member):
    node = stub_names(folder, module_name).get(class_name)
    if node is None:
        return True  # an alias of a class that is checked where it is written
    if member in written_names(node.body):
        return True
    for base in node.bases:
        name = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(name, ast.Name) and name.id != class_name and isinstance(stub_names(folder, module_name).get(name.id), ast.ClassDef):
            if has_stub_member(folder, module_name, name.id, member):
                return True
    return False


def unstubbed(folder):
    for kind, dotted in public_names():
        if kind == "module":
            if not stub_path(folder, dotted).is_file():
                yield f"{kind}\t{dotted}"
            continue
        parts = dotted.split(".")
        module_name = next(
            ".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1) if source_of(".".join(parts[:length])).is_file()
        )
        rest = parts[len(module_name.split(".")) :]
        if rest[0] not in stub_names(folder, module_name):
            yield f"{kind}\t{dotted}"
        elif len(rest) == 2 and not has_stub_member(folder, module_name, rest[0], rest[1]):
            yield f"{kind}\t{dotted}"


def main():
    command, *arguments = sys.argv[1:]
    lines = []
    if command == "public":
        lines = sorted({f"{kind}\t{name}" for kind, name in public_names()})
    elif command == "unstubbed":
        lines = sorted(set(unstubbed(arguments[0])))
    else:
        rows = [line.rstrip("\n").split("\t") for line in sys.stdin]
        if command == "missing":
            lines = ["\t".join(row) for row in rows if not exists(*row)]
        elif command == "identical":
            lines = ["\t".join(row) for row in rows if not is_identical(*row)]
    sys.stdout.write("".join(line + "\n" for line in lines))


main()
