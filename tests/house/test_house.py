"""The laws of the house: which way imports point, and who may say what."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import io
import re
import tokenize
from pathlib import Path

import pytest
from cases import CASES, WITHOUT_A_ROW
from imports import FILES, PACKAGE, SOURCES, imports_of, longest_chain, reached_from, tree_of

import spectro

BACKENDS = ("_reference", "_cpu", "_gpu")
PUBLIC = (
    "windows",
    "convert",
    "filters",
    "audio",
    "_front",
    "_mel",
    "spectrum",
    "decibel",
    "feature",
    "onset",
    "_host",
)
PUBLIC += (
    "_mel",
    "beat",
    "constantq",
    "decompose",
    "display",
    "effects",
    "energy",
    "loudness",
    "notation",
    "phase",
    "pitch",
    "presets",
    "segment",
    "sequence",
    "signals",
    "timescale",
    "util",
)
# From the bottom to the top: a module reaches its own floor and lower ones, by whatever way.
FLOORS = (
    ("errors",),
    ("_floor",),
    ("_constants",),
    ("_plans",),
    ("_reference",),
    ("_cpu", "_gpu"),
    ("_engine",),
    PUBLIC,
    ("streaming",),
    ("core",),
    ("compat", "transforms"),
    ("_datasets",),
    ("_cli",),
    ("__main__",),
)
HEIGHT = {f"spectro.{room}": height for height, rooms in enumerate(FLOORS) for room in rooms} | {"spectro": 0}
MOST_ROOMS = 13
FILE_IDS = {"ids": lambda value: str(value.relative_to(PACKAGE)) if isinstance(value, Path) else value}


def height_of(module: str) -> int:
    return HEIGHT[".".join(module.split(".")[:2])]


def files_that_say(pattern: str) -> set[str]:
    return {str(p.relative_to(PACKAGE)) for p in SOURCES if re.search(pattern, p.read_text(encoding="utf-8"))}


def shown(chains) -> list[str]:
    return [" > ".join(name.removeprefix("spectro.") for name in chain) for chain in chains]


@pytest.mark.parametrize("module", FILES)
def test_a_module_reaches_nothing_above_its_floor(module):
    height = height_of(module)
    assert not shown(chain for name, chain in reached_from(module).items() if height_of(name) > height)


@pytest.mark.parametrize("module", [name for name in FILES if name.split(".")[1:2] in (["_cpu"], ["_gpu"])])
def test_a_backend_reaches_no_other(module):
    other = {"_cpu": "spectro._gpu", "_gpu": "spectro._cpu"}[module.split(".")[1]]
    assert not shown(chain for name, chain in reached_from(module).items() if f"{name}.".startswith(f"{other}."))


@pytest.mark.parametrize("module", FILES)
def test_no_file_comes_back_to_itself_by_its_imports(module):
    """A package stands for its `__init__`, which its own files do not import."""
    assert not shown(chain for name, chain in reached_from(module).items() if name == module)


def test_the_rooms_stand_on_few_floors():
    chain = longest_chain()
    assert len(chain) <= MOST_ROOMS, f"{len(chain)}: {shown([chain])}"


def test_imports_are_followed_by_every_way():
    """Relative and absolute, in functions, by a name made of parts; not those for a type checker."""
    assert {"spectro._cpu", "spectro._gpu", "spectro._reference"} <= imports_of("spectro._engine.dispatch")
    assert "spectro._cli.cli" in reached_from("spectro.__main__")
    assert "spectro._floor.checks" in reached_from("spectro.spectrum")
    assert "spectro.windows" in imports_of("spectro.filters")  # which importing `spectro.windows.spec` runs


def test_only_the_settings_read_the_environment():
    assert files_that_say(r"os\.environ|getenv") == {"_floor/settings.py"}


def test_only_dispatch_knows_the_default_device():
    """The transform layer has it in a key; a forked child is given one; copies go to where it is."""
    allowed = {"_engine/dispatch.py", "compat/mlx_spectro/cache.py", "_floor/forks.py", "_floor/transfers.py"}
    assert files_that_say(r"default_device\(") <= allowed
    # MLX has one default device for all threads, and this changes it
    assert files_that_say(r"mx\.stream\(") == set()


@pytest.mark.parametrize("path", [p for p in SOURCES if p.relative_to(PACKAGE).parts[0] in BACKENDS], **FILE_IDS)
def test_no_backend_validates(path):
    """A plan has been checked before a backend sees it; a size that memory cannot hold, too."""
    assert not re.search(r"\bParameterError\b|\bcheck_sizes?\b", path.read_text(encoding="utf-8"))


def test_only_build_makes_gpu_kernels():
    assert files_that_say(r"\b(metal|cuda)_kernel\b") == {"_gpu/launch/build.py"}


@pytest.mark.parametrize(("module", "path"), FILES.items(), **FILE_IDS)
def test_files_and_functions_stay_small(module, path):
    count = code_lines(path.read_text(encoding="utf-8"))
    assert count <= 300, f"{count} lines of code"
    for node in ast.walk(tree_of(module)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 40, f"{node.name} has {length} lines"


def code_lines(text: str) -> int:
    """Lines that are neither blank nor only a comment or part of a docstring."""
    tree, lines = ast.parse(text), set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            lines.update(range(token.start[0], token.end[0] + 1) if token.string else ())
    for node in ast.walk(tree):
        explained = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if explained and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def test_code_is_counted_without_its_explanations():
    text = '"""One.\n\nTwo."""\n\n# three\n\ndef four():\n    """Five."""\n    return """six\nseven"""\n'
    assert code_lines(text) == 3


def test_every_public_name_exists_is_documented_and_stands_in_the_stub():
    stub = (PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
    listed = set(re.findall(r"import (\w+) as \1", stub)) | {"__version__", "librosa_version"}
    assert listed == set(spectro.__all__)
    for name in spectro.__all__:
        value = getattr(spectro, name)
        assert callable(value) is False or value.__doc__ or "Literal" in str(value) or "Union" in str(value), name


def public_functions() -> dict[str, object]:
    """By dotted names: what the package lists, and what its modules list."""
    found = {f"spectro.{name}": getattr(spectro, name) for name in spectro.__all__}
    for module in [value for value in found.values() if inspect.ismodule(value)]:
        found |= {f"{module.__name__}.{name}": getattr(module, name) for name in getattr(module, "__all__", ())}
    return {path: value for path, value in found.items() if inspect.isfunction(value)}


FUNCTIONS = public_functions()


@pytest.mark.parametrize("path", FUNCTIONS)
def test_every_public_function_has_a_row_in_the_table_of_cases(path):
    """So that it is tested on every kind of array, under every transformation, on threads, and with bad input."""
    rows = {id(row.public) for row in CASES.values()}
    assert id(FUNCTIONS[path]) in rows or path.split(".")[-1] in WITHOUT_A_ROW


def test_nothing_is_excused_that_has_a_row_or_does_not_exist():
    names = {path.split(".")[-1] for path in (*FUNCTIONS, *(f".{name}" for name in spectro.transforms.__all__))}
    assert WITHOUT_A_ROW.keys() <= names
    assert not WITHOUT_A_ROW.keys() & {row.function for row in CASES.values()} - set(spectro.transforms.__all__)


@pytest.mark.parametrize("path", FUNCTIONS)
def test_every_public_function_is_described_and_shows_how_it_is_called(path):
    fn, name = FUNCTIONS[path], path.split(".")[-1]
    doc = inspect.getdoc(fn)
    sections = re.findall(r"^([A-Z][\w ]+)\n-{4,}$", doc, re.M)
    parameters = set(inspect.signature(fn).parameters)
    assert not parameters or "Parameters" in sections
    returns = fn.__annotations__.get("return") not in ("None", None)
    assert not returns or {"Returns", "Yields"} & set(sections)
    order = ["Parameters", "Returns", "Raises", "Warns", "See Also", "Notes", "References", "Examples"]
    assert sections == [section for section in order if section in sections], "in numpydoc's order"
    assert re.search(rf"^Examples\n-{{8}}\n(?:.*\n)*?>>> .*\b{name}\b", doc, re.M), "no example that calls it"


def test_run_time_needs_only_mlx_and_numpy():
    try:
        needs = [line for line in importlib.metadata.requires("spectro-mlx") if "extra ==" not in line]
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the tree is tested, and no installed package")
    assert sorted(re.match("[a-z]+", line).group() for line in needs) == ["mlx", "numpy"]


def test_no_message_promises_an_installation_from_an_index():
    """The distribution is on none: messages name packages that are."""
    assert files_that_say(r"pip install [^`\n]*spectro") == set()
