"""The pages of the API reference: the lines at their tops, their pictures, relatives and sources."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import zlib

import facts
import pytest
from case import found

import spectro

NAMES = facts.names()
# pages without a picture: what they do is a number, a word, a file or a setting
NOTHING_TO_SHOW = {
    *("stream", "get_duration", "get_samplerate", "extract", "streaming.ISTFT"),
    *(
        name
        for name in NAMES
        if re.search(r"(frames|samples|time|blocks|like|note|notes|degrees|fjs|_[hc]|svara)$", name)
    ),
    *("A4_to_tuning", "tuning_to_A4", "note_to_midi", "note_to_hz", "midi_to_note", "list_mela", "list_thaat"),
    *("util.expand_to", "util.index_to_slice", "util.stack", "util.buf_to_float", "util.tiny", "util.dtype_r2c"),
    *(
        "util.dtype_c2r",
        "util.abs2",
        "util.count_unique",
        "util.is_unique",
        "util.nnls",
        "util.valid_audio",
        "util.valid_int",
    ),
    *(
        "util.valid_intervals",
        "util.is_positive_int",
        "util.example",
        "util.ex",
        "util.example_info",
        "util.list_examples",
    ),
    *("util.find_files", "util.fix_frames", "sequence.path_to_steps", "loadx", "to_multi", "to_stereo"),
    *("util.interp_broadcast", "display.AdaptiveFormatterBase", "display.colorbar_db", "display.colorbar_phase"),
    *("display.highlight", "display.infer_cmap", "display.legend_for_axes"),
    *(name for name in NAMES if name.endswith("Formatter")),
    *("use_arrays", "use_backend", "clear_cache", "show_versions", "ParameterError", "FallbackWarning"),
    *("to_mlx", "to_numpy"),
    *("SpectralTransform", "MelSpectrogramTransform", "get_transform_mlx", "make_window", "resolve_fft_params"),
    *("spec_mlx_device_key", "get_cache_debug_stats", "reset_cache_debug_stats", "transforms.amplitude_to_db"),
}


@pytest.fixture(scope="module")
def site():
    """Import modules of the site."""
    folders = [str(facts.DOCS / "pictures"), str(facts.DOCS / "_ext")]
    sys.path[:0] = folders
    yield importlib.import_module
    for folder in folders:
        sys.path.remove(folder)


def test_every_line_of_facts_is_that_of_the_table():
    stored = json.loads(facts.STORED.read_text(encoding="utf-8"))
    assert stored == facts.facts(), "python tests/helpers/facts.py writes it"


def test_each_page_says_of_which_kind_a_function_is(site):
    reference = site("reference")
    assert reference.facts("stft") == (
        "Lazy: arrays to arrays, traceable. Kernels for CPU and GPU. Gradients by ``window`` and ``y``."
    )
    kinds = {name: reference.facts(name).partition(":")[0] for name in NAMES}
    known = {"Lazy", "Host", "Constant", "Stream", "Object", "Program", "Copy", "Exception.", "Warning."}
    assert {kinds[name] for name in NAMES} == known
    others = " ".join(reference.OTHERS.values()).split()
    assert len(others) == len(set(others)) and not {*others} & {*reference.FACTS, *reference.STREAMS}


def test_every_function_that_has_something_to_show_has_a_picture(site):
    draw = site("draw")
    files = {path.stem for path in draw.FOLDER.glob("*.svg")}
    assert files == set(draw.PICTURES), "python docs/pictures/draw.py NAME draws one"
    assert sorted(files | NOTHING_TO_SHOW) == NAMES
    assert not files & NOTHING_TO_SHOW


def test_a_picture_takes_its_colors_from_the_page(site):
    draw = site("draw")
    for svg in (draw.drawn("windows.hann"), *(path.read_text() for path in draw.FOLDER.glob("*.svg"))):
        for color, light in draw.COLORS.items():
            assert svg.count(light) == svg.count(f"var(--picture-{color}, {light})")
    css = (facts.DOCS / "_static" / "custom.css").read_text()
    assert all(css.count(f"--picture-{color}:") == 2 for color in draw.COLORS)


def test_pictures_are_small(site):
    files = list(site("draw").FOLDER.glob("*.svg"))
    assert max(path.stat().st_size for path in files) < 150_000  # in a page
    assert sum(len(zlib.compress(path.read_bytes())) for path in files) < 2_000_000  # in the repository


def test_relatives_have_pages(site):
    reference = site("reference")
    assert sorted({*reference.FAMILIES.split()} - {*NAMES}) == []
    assert [name for name in NAMES if not reference.relatives(name)] == []


def test_no_source_starts_with_an_initial():
    """reStructuredText reads `F. J. Harris` as a list in a list."""
    for name in NAMES:
        sources = (inspect.getdoc(found(spectro, name)) or "").partition("References\n----------\n")[2]
        assert not re.findall(r"^(?:\.\. \[\d+\] | +)\w\. ", sources, re.MULTILINE), name


def test_measured_tables_of_pages_are_stored(site):
    pytest.importorskip("docutils")
    measured = site("measured")
    text = "".join(path.read_text(encoding="utf-8") for path in facts.DOCS.glob("*.md"))
    asked = re.findall(r"^```\{measured\} (\w+) (\w+)$", text, re.MULTILINE)
    assert len(asked) > 1
    for suite, table in asked:
        assert any(line.startswith("| ---") for line in measured.page(suite, table))
    with pytest.raises(ValueError, match="no row of nothing is stored"):
        measured.page("cpu", "nothing")


def test_the_gallery_names_every_sound_that_a_program_reads(site):
    pytest.importorskip("docutils")
    listed = "\n".join(site("gallery").sources())
    programs = "".join(path.read_text(encoding="utf-8") for path in (facts.DOCS / "gallery").glob("*.py"))
    read = set(re.findall(r'"(\w+\.wav)"', programs))
    assert len(read) > 3 and not [name for name in read if f"| `{name}` |" not in listed]
