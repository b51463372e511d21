"""The laws of the house: which way imports point, and who may say what."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import spectro
from spectro._floor import settings

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "spectro"
SOURCES = sorted(PACKAGE.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """Absolute names of the modules that a file imports, relative ones resolved."""
    package = ["spectro", *path.relative_to(PACKAGE).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.update({module, *(f"{module}.{alias.name}" for alias in node.names)})
    return found


def files_that_say(pattern: str) -> set[str]:
    return {str(p.relative_to(PACKAGE)) for p in SOURCES if re.search(pattern, p.read_text(encoding="utf-8"))}


BACKENDS = ("_reference", "_cpu", "_gpu")


@pytest.mark.parametrize("path", [p for p in SOURCES if p.relative_to(PACKAGE).parts[0] in BACKENDS])
def test_a_backend_imports_the_definition_but_no_other_backend_nor_the_floors_above(path):
    allowed = (path.relative_to(PACKAGE).parts[0], "_reference")  # which is the definition, also of derivatives
    above = ("_engine", "spectrum", "feature", "onset", "decibel", "transforms", "audio", "_cli", "compat")
    forbidden = {f"spectro.{name}" for name in (*BACKENDS, *above) if name not in allowed}
    assert not {name for name in imports_of(path) if ".".join(name.split(".")[:2]) in forbidden}


def test_imports_go_in_no_circle():
    """Files by what they import; a package stands for its `__init__`, which its own files do not import."""
    names = {path: ".".join(["spectro", *path.relative_to(PACKAGE).with_suffix("").parts]) for path in SOURCES}
    names = {name.removesuffix(".__init__"): path for path, name in names.items()}
    rest = {
        name: {other for other in imports_of(path) & names.keys() if not f"{name}.".startswith(f"{other}.")}
        for name, path in names.items()
    }
    while free := {name for name, needed in rest.items() if not needed & rest.keys()}:
        rest = {name: needed for name, needed in rest.items() if name not in free}
    assert not rest


def test_only_the_settings_read_the_environment():
    assert files_that_say(r"os\.environ|getenv") == {"_floor/settings.py"}


def test_only_dispatch_knows_the_default_device():
    assert files_that_say(r"default_device\(") <= {"_engine/dispatch.py", "compat/mlx_spectro/cache.py"}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.relative_to(PACKAGE).parts[0] in BACKENDS])
def test_no_backend_validates(path):
    """A plan has been checked before a backend sees it; a size that memory cannot hold, too."""
    assert not re.search(r"\bParameterError\b|\bcheck_sizes?\b", path.read_text(encoding="utf-8"))


def test_only_build_makes_gpu_kernels():
    assert files_that_say(r"\b(metal|cuda)_kernel\b") <= {"_gpu/launch/build.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "a file of more than 300 lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                assert node.end_lineno - body[0].lineno + 1 <= 40, f"{node.name} is longer than 40 lines"


def test_every_public_name_exists_is_documented_and_stands_in_the_stub():
    stub = (PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
    listed = set(re.findall(r"import (\w+) as \1", stub)) | {"__version__"}
    assert listed == set(spectro.__all__)
    for name in spectro.__all__:
        value = getattr(spectro, name)
        assert callable(value) is False or value.__doc__ or "Literal" in str(value) or "Union" in str(value), name


def public_functions() -> list[str]:
    """Dotted names: what the package lists, and what the modules of namesakes list."""
    modules = ("convert", "filters", "transforms", "windows")
    found = [("spectro", name, getattr(spectro, name)) for name in spectro.__all__]
    for module in modules:
        home = getattr(spectro, module)
        found += [(f"spectro.{module}", name, getattr(home, name)) for name in home.__all__]
    return [f"{home}.{name}" for home, name, value in found if inspect.isfunction(value)]


@pytest.mark.parametrize("path", public_functions())
def test_every_public_function_shows_how_it_is_called(path):
    home, _, name = path.removeprefix("spectro").lstrip(".").rpartition(".")
    doc = inspect.getdoc(getattr(getattr(spectro, home) if home else spectro, name))
    assert re.search(rf"^Examples\n-{{8}}\n(?:.*\n)*?>>> .*\b{name}\b", doc, re.M), "no example that calls it"


def test_run_time_needs_only_mlx_and_numpy():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needs = re.search(r"^dependencies = \[(.*)\]$", text, re.M).group(1)
    assert re.findall(r'"([a-z]+)', needs) == ["mlx", "numpy"]


def test_the_readme_lists_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in settings.SETTINGS:
        assert f"| `{name}` | " in readme, name
