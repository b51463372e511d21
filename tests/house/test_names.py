"""librosa's names: the list is that of the installed librosa, and each is there or says in one sentence what to do."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys

import librosa
import pytest
import signatures

import spectro
from spectro._floor.absent import ON_PURPOSE, names_of_librosa, sentence, state

RELEASE = ".".join(librosa.__version__.split(".")[:2])
NAMES = names_of_librosa()
PATHS = [(space, name) for space, names in NAMES.items() for name in names]


def module_of(package: str, space: str):
    return importlib.import_module(package if space == "core" else f"{package}.{space}")


def listed_by_librosa(space: str) -> set[str]:
    """Names that a namespace lists, or defines where it lists none; `preemphasis` is defined, and was not listed."""
    module = module_of("librosa", space)
    listed = set(getattr(module, "__all__", ())) or set(dir(module))
    defined = {n for n, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__}
    names = {name for name in listed | defined if not name.startswith("_")}
    return {name for name in names if callable(getattr(module, name)) and not inspect.ismodule(getattr(module, name))}


@pytest.mark.skipif(RELEASE not in ("0.11", "1.0"), reason=f"librosa {RELEASE} is in no list")
@pytest.mark.parametrize("space", NAMES)
def test_the_list_is_that_of_the_installed_librosa(space):
    ours = {name for name, releases in NAMES[space].items() if RELEASE in releases}
    assert listed_by_librosa(space) <= ours
    module = module_of("librosa", space)
    assert not {name for name in ours if not hasattr(module, name)}


@pytest.mark.parametrize(("space", "name"), PATHS, ids=lambda part: part)
def test_a_name_is_there_or_says_what_to_do(space, name):
    prefix = "" if space == "core" else f"{space}."
    if state(prefix.rstrip("."), name) == "there":
        assert name not in ON_PURPOSE
        assert getattr(module_of("spectro", space), name) is not None
        return
    if name in ON_PURPOSE:
        said = "on purpose: "
    else:
        said = rf"not there yet; librosa\.{space}|not there yet; librosa\.{prefix}{name}\(np.asarray\(...\)\) takes"
    with pytest.raises((AttributeError, ModuleNotFoundError), match=said) as caught:
        getattr(module_of("spectro", space), name)
    if isinstance(caught.value, AttributeError):
        assert str(caught.value) == sentence(f"{prefix}{name}")
    assert "\n" not in str(caught.value)


def test_every_function_that_librosa_has_at_the_top_is_in_core_too():
    shared = [name for name in NAMES["core"] if state("", name) == "there"]
    assert len(shared) > 30
    for name in shared:
        assert getattr(spectro.core, name) is getattr(spectro, name)


def test_what_stays_out_is_librosas():
    assert {name for names in NAMES.values() for name in names} >= ON_PURPOSE.keys()


# Where a signature is not that of librosa 1.0, and why.
OTHER = {
    "arrays of MLX are not written into, and a spectrum is a view whose frames lie one after the other": (
        *(f"core.{name}: no out" for name in ("istft", "stft", "to_mono", "to_multi", "to_stereo")),
    ),
    "the octaves are halved by a filter of spectra, and None says so": (
        *(
            f"core.{name}: res_type=None for 'soxr_hq'"
            for name in ("cqt", "griffinlim_cqt", "hybrid_cqt", "icqt", "vqt")
        ),
    ),
    "librosa 0.11 computes with it, and so does spectro": (
        "core.griffinlim: random_state=None for <DEPRECATED parameter>",
        "core.griffinlim_cqt: random_state=None for <DEPRECATED parameter>",
        "core.phase_vocoder: hop_length=None for <DEPRECATED parameter>",
        "core.phase_vocoder: n_fft=None for <DEPRECATED parameter>",
    ),
    "the keywords that librosa hands on have their names": (
        "effects.time_stretch: no **kwargs",
        *(f"feature.{name}: no **kwargs" for name in ("delta", "hybrid_tempogram", "melspectrogram", "stack_memory")),
        "feature.zero_crossing_rate: no **kwargs",
        "filters.semitone_filterbank: no **kwargs",
        "segment.path_enhance: no **kwargs",
    ),
    "the result is as precise as the samples": ("feature.rms: dtype=None for float32",),
}
SIGNATURES = json.loads(signatures.STORED.read_text(encoding="utf-8"))


def test_signatures_are_those_of_librosa_or_a_reason_is_given():
    listed = sorted(line for lines in OTHER.values() for line in lines)
    assert listed == sorted(
        f"{path}: {difference}"
        for path, theirs in SIGNATURES.items()
        if path.rpartition(".")[2] not in ON_PURPOSE
        for difference in signatures.differences(signatures.found("spectro", path), theirs)
    )


@pytest.mark.skipif(RELEASE != "1.0", reason="the table is that of librosa 1.0")
def test_the_table_of_signatures_is_that_of_the_installed_librosa():
    assert signatures.of_librosa(NAMES) == SIGNATURES, "python tests/helpers/signatures.py writes it"


def test_a_signature_that_differs_is_told():
    theirs = {"defaults": {"y": None, "n": "3", "out": "None", "**kwargs": None}, "positional": ["y"]}
    assert signatures.differences(lambda y, *, n=3, out=None, more=1, **kwargs: 0, theirs) == []
    assert signatures.differences(lambda *, y, n=4: 0, theirs) == [
        "n=4 for 3", "no out", "no **kwargs", "other places",
    ]  # fmt: skip


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


@pytest.mark.parametrize("line", ["import spectro.util", "import spectro.feature as f; f.melspectrogram"])
def test_namespaces_are_imported_first(line):
    assert run(line) == ""


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("from spectro import cite", "cite"),
        ("from spectro.util import cite", "util.cite"),
        ("from spectro.feature import nothing_of_this_name", None),
        ("import spectro.nothing_of_this_name", None),
    ],
)
def test_an_import_says_the_same(line, path):
    with pytest.raises(ImportError) as caught:
        exec(line, {})
    assert str(caught.value) == sentence(path) if path else "nothing_of_this_name" in str(caught.value)


def test_a_missing_namespace_says_so_by_attribute_and_by_import(monkeypatch):
    monkeypatch.setitem(names_of_librosa(), "absent_namespace", {})
    for line in ("import spectro.absent_namespace", "from spectro import absent_namespace"):
        with pytest.raises(ModuleNotFoundError, match=r"spectro\.absent_namespace is not there yet; librosa"):
            exec(line, {})
    with pytest.raises(AttributeError, match=r"spectro\.absent_namespace is not there yet; librosa\.absent_namespace "):
        spectro.absent_namespace  # noqa: B018


def test_a_name_that_nobody_has_is_refused_as_python_does():
    with pytest.raises(AttributeError, match=r"^module 'spectro' has no attribute 'nothing'$"):
        spectro.nothing  # noqa: B018
    with pytest.raises(AttributeError, match=r"^module 'spectro.feature' has no attribute 'nothing'$"):
        spectro.feature.nothing  # noqa: B018


def test_the_finder_is_asked_once_after_a_second_import():
    code = """
import sys, spectro
for name in [name for name in sys.modules if name.partition(".")[0] == "spectro"]:
    del sys.modules[name]
import spectro
print(sum(getattr(finder, "__name__", "") == "_Finder" for finder in sys.meta_path))
"""
    assert run(code) == "1\n"


def test_the_release_that_is_followed_can_be_compared():
    assert re.fullmatch(r"\d+\.\d+\.\d+", spectro.librosa_version)
    assert tuple(map(int, spectro.librosa_version.split(".")[:2])) in ((1, 0),)
