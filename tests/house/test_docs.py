"""Docstrings: shared texts are filled in, all parameters described, sources numbered so that Sphinx shows them."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import time

import pytest

import spectro
from spectro._floor.docs import FRAGMENTS, MARK, documented, filled

# modules whose docstrings are in this form
MODULES = ("audio", "convert", "decibel", "feature", "filters", "onset", "presets", "spectrum", "util", "windows")
FUNCTIONS = {
    f"{module}.{name}": getattr(getattr(spectro, module), name)
    for module in MODULES
    for name in getattr(spectro, module).__all__
    if inspect.isfunction(getattr(getattr(spectro, module), name))
}
SECTION = r"^{}\n-+\n(.*?)(?=\n\n[A-Z]\w+\n-+\n|\Z)"


def section(fn, title: str) -> str:
    found = re.search(SECTION.format(title), inspect.getdoc(fn), re.M | re.S)
    return found[1] if found else ""


def test_a_text_is_filled_in_with_the_indentation_of_its_mark():
    def fn():
        r"""Sum :math:`\sum_{n}^{%(sr)s}`, 50%(sr)s.

        Parameters
        ----------
        %(sr)s
        z : int
            %(sr)s
        """

    assert inspect.getdoc(documented(fn)).splitlines()[2:] == [
        *("Parameters", "----------", "sr : float > 0", "    Sampling rate in Hz.", "z : int"),
        *("    sr : float > 0", "        Sampling rate in Hz."),
    ]
    assert inspect.getdoc(fn).startswith(r"Sum :math:`\sum_{n}^{%(sr)s}`, 50%(sr)s.")


def test_an_unknown_text_is_refused_when_the_module_is_imported():
    with pytest.raises(KeyError, match="sample_rate"):
        filled("%(sample_rate)s")


def test_texts_may_name_texts():
    assert filled("%(framing)s").startswith(FRAGMENTS["n_fft"] + "\n" + FRAGMENTS["hop_length"])
    assert not any(MARK.search(filled(text)) for text in FRAGMENTS.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_described(name):
    fn = FUNCTIONS[name]
    described = re.findall(r"^\**(\w+(?:, \w+)*)(?: :|$)", section(fn, "Parameters"), re.M)
    assert [part for names in described for part in names.split(", ")] == list(inspect.signature(fn).parameters)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_sources_are_numbered(name):
    """And start with a family name: reStructuredText reads the initials of `F. J. Harris` as two nested lists."""
    lines = section(FUNCTIONS[name], "References").splitlines()
    numbers = [line.partition("]")[0] for line in lines if not line.startswith(" ")]
    assert numbers == [f".. [{i}" for i in range(1, len(numbers) + 1)]
    assert not [line for line in lines if re.match(r"(\.\. \[\d+\] )?\w\.( |$)", line.lstrip())]


def test_docstrings_hold_no_marks():
    assert not [name for name, fn in FUNCTIONS.items() if "%(" in inspect.getdoc(fn)]


def test_without_docstrings_everything_works():
    code = "import spectro; assert spectro.hz_to_mel.__doc__ is None; print(spectro.windows.hann(3).tolist())"
    done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[0.0, 1.0, 0.0]\n", done.stderr


def test_filling_in_takes_no_time():
    doc = "Sum.\n\n    Parameters\n    ----------\n    %(y_or_S)s\n    %(sr)s\n    %(framing)s\n    %(mel)s\n"
    times = []
    for _ in range(20):
        start = time.perf_counter()
        filled(doc)
        times.append(time.perf_counter() - start)
    assert min(times) < 1e-3  # about 2e-5 s: a hundred functions cost less than one frame of video
