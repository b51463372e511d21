"""Which files of the package import which, also by way of others, in functions, and by `importlib`."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "spectro"
BACKENDS = {"spectro._reference", "spectro._cpu", "spectro._gpu"}  # what the engine loads by names made of parts
SOURCES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """The dotted name of a file; a package has that of its `__init__`."""
    return ".".join(["spectro", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


FILES = {module_of(path): path for path in SOURCES}


@functools.cache
def tree_of(module: str) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


@functools.cache
def imports_of(module: str) -> frozenset[str]:
    """The files that a file imports, with the packages around them: to import a file runs those first.

    Nothing loads the packages around the importing file anew, nor what it imports for the type checker alone. The root
    loads nothing before somebody asks it for a name.
    """
    if module == "spectro":
        return frozenset()
    found: set[str] = set()
    for node in _run(tree_of(module)):
        found |= _named(module, node) & FILES.keys()
    around = {".".join(name.split(".")[:n]) for name in found for n in range(2, name.count(".") + 1)}
    own = {".".join(module.split(".")[:n]) for n in range(1, module.count(".") + 2)}
    return frozenset((found | around) - own)


def _run(node: ast.AST):
    """All nodes but those under `if TYPE_CHECKING`."""
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _run(child)


def _named(module: str, node: ast.AST) -> set[str]:
    """The modules that one node imports."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        names = module.split(".")
        package = names if FILES[module].name == "__init__.py" else names[:-1]
        base = package[: len(package) - node.level + 1] if node.level else []
        home = ".".join([*base, *([node.module] if node.module else [])])
        return {f"{home}.{alias.name}" if f"{home}.{alias.name}" in FILES else home for alias in node.names}
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
        return BACKENDS if module.startswith("spectro._engine.") else _loaded(node.args[0])
    return set()


def _loaded(name: ast.expr) -> set[str]:
    """What `import_module` may load: of an f-string all that begin as it does."""
    if isinstance(name, ast.Constant):
        return {name.value}
    if not isinstance(name, ast.JoinedStr) or not isinstance(name.values[0], ast.Constant):
        return set()
    start = name.values[0].value
    return {other for other in FILES if other.startswith(start)}


@functools.cache
def reached_from(module: str) -> dict[str, tuple[str, ...]]:
    """All files that a file loads, each with a chain of imports that leads there."""
    chains: dict[str, tuple[str, ...]] = {}
    waiting = [(module,)]
    while waiting:
        chain = waiting.pop(0)
        for name in sorted(imports_of(chain[-1])):
            if name not in chains:
                chains[name] = (*chain, name)
                waiting.append(chains[name])
    return chains


def room_of(module: str) -> str:
    """The folder at the top of the package, or the file there, that a module belongs to."""
    return ".".join(module.split(".")[:2])


def longest_chain() -> list[str]:
    """The longest way from room to room along imports, which never comes to a room twice."""
    doors: dict[str, set[str]] = {}
    for module in FILES:
        doors.setdefault(room_of(module), set()).update(map(room_of, imports_of(module)))

    @functools.cache
    def down(room: str, seen: frozenset[str]) -> tuple[str, ...]:
        ways = [down(other, seen | {other}) for other in sorted(doors[room] - seen)]
        return (room, *max(ways, key=len, default=()))

    return list(max((down(room, frozenset({room})) for room in doors), key=len))
