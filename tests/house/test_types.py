"""What a type checker sees: the kind of array that goes in comes out."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = HERE / "typed_examples.py"


def checked(tmp_path: Path, text: str) -> tuple[str, int]:
    """What mypy says of a file, and its status."""
    api = pytest.importorskip("mypy.api")
    path = tmp_path / "examples.py"
    path.write_text(text, encoding="utf-8")
    config = str(HERE.parents[1] / "pyproject.toml")
    cache = str(HERE.parents[1] / ".mypy_cache")
    said, errors, status = api.run(["--config-file", config, "--cache-dir", cache, str(path)])
    return said + errors, status


def test_a_checker_sees_the_kind_of_array_that_comes_out(tmp_path):
    said, status = checked(tmp_path, EXAMPLES.read_text(encoding="utf-8"))
    assert status == 0, said


def test_the_examples_can_fail(tmp_path):
    text = EXAMPLES.read_text(encoding="utf-8")
    said, status = checked(tmp_path, text.replace("(spectro.stft(x), mx.array)", "(spectro.stft(x), np.ndarray)"))
    assert status == 1
    assert "assert-type" in said
    assert "Found 1 error" in said
