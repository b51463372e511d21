"""Choosing launches: defaults, measurements, their file, and kernels that a device refuses."""

from __future__ import annotations

import itertools
import json
import os
import re
import stat
import sys
import threading
import warnings
from pathlib import Path
from types import SimpleNamespace

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import noise, window_of
from tolerances import REFERENCE

import spectro
from spectro import _gpu, _reference
from spectro._constants.banks import MelBank
from spectro._engine import dispatch
from spectro._floor import fallbacks, settings
from spectro._gpu.launch import build, fft, kinds, measuring, tuned, tuning
from spectro._gpu.launch.measuring import Found
from spectro._gpu.ops.analysis import BANK
from spectro._plans import DecibelPlan, IstftPlan, SpectrogramPlan, StftPlan
from spectro.errors import FallbackWarning, ParameterError

PLAN = StftPlan(64, 16, 64)
FOREVER = 1e9  # seconds


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No memory, a file of our own, and no environment."""
    for name in ("SPEC_MLX_AUTOTUNE", "SPEC_MLX_TGX", "SPEC_MLX_AUTOTUNE_PERSIST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_CACHE_PATH", str(tmp_path / "tuned.json"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "texts"))
    monkeypatch.setattr(fallbacks, "_taken", {})
    spectro.clear_cache()
    yield
    monkeypatch.undo()
    spectro.clear_cache()


@pytest.fixture
def fake_gpu(monkeypatch):
    """A device that computes nothing and keeps what it was asked to launch."""
    asked = []

    def make(kernel):
        def call(*, output_shapes, output_dtypes, **rest):
            asked.append((kernel, rest))
            return [mx.zeros(output_shapes[0], dtype=output_dtypes[0])]

        return call

    monkeypatch.setattr(build, "make", make)
    monkeypatch.setattr(dispatch, "device", lambda: "gpu")
    monkeypatch.setattr(_gpu, "unavailable", lambda: None)
    return asked


def kept(tmp_path):
    return json.loads((tmp_path / "tuned.json").read_text())["choices"]


def written(choices):
    return json.dumps({"version": tuned.VERSION, "choices": choices})


def test_choices_are_recalled_in_this_process_and_the_next(tmp_path):
    assert tuned.recall("key") is None
    tuned.remember("key", {"run": 1})
    assert tuned.recall("key") == {"run": 1}
    tuned._known.cache_clear()
    assert tuned.recall("key") == {"run": 1}
    assert kept(tmp_path) == {"key": {"run": 1}}


def test_a_candidate_that_fails_is_left_out():
    def seconds(candidate):
        if candidate == 1:
            raise RuntimeError("too many threads")
        return candidate

    assert measuring.fastest([1, 5, 4], seconds, FOREVER) == Found(4, 3)
    assert measuring.fastest([1], seconds, FOREVER) == Found(None, 1)


def test_the_default_stays_unless_another_is_clearly_faster():
    assert measuring.fastest([1.0, 0.97, 0.96], float, FOREVER).best == 1.0
    assert measuring.fastest([1.0, 0.97, 0.9], float, FOREVER).best == 0.9


def test_the_default_is_measured_first_and_last():
    asked = []

    def seconds(candidate):  # of a clock that rises
        asked.append(candidate)
        return 2.0 if len(asked) == 1 else 1.0

    assert measuring.fastest(["default", "other", "third"], seconds, FOREVER).best == "default"
    assert asked == ["default", "other", "third", "default"]


def test_a_measurement_that_was_cut_short_goes_on():
    asked, candidates = [], [5.0, 3.0, 4.0, 2.0, 2.1]

    def seconds(candidate):
        asked.append(candidate)
        return candidate

    found = measuring.fastest(candidates, seconds, -1.0)
    assert found == Found(5.0, 1)
    for best, tried in ((3.0, 2), (3.0, 3), (2.0, 4), (2.0, 5)):
        asked.clear()
        found = measuring.fastest(candidates, seconds, -1.0, found)
        assert found == Found(best, tried)
        assert asked[0] == asked[-1] == 5.0 and asked.count(candidates[tried - 1]) == 1
    assert measuring.fastest(candidates, seconds, FOREVER, Found(3.0, 2)) == Found(2.0, 5)


def test_the_device_is_warm_before_it_is_measured(monkeypatch):
    ran, clock = [], itertools.count()
    monkeypatch.setattr(measuring, "WARM", 4)
    monkeypatch.setattr(measuring, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    measuring.warm(lambda: ran.append(1) or mx.zeros(1))
    assert len(ran) == 3

    def refuse():
        ran.append(1)
        raise RuntimeError

    ran.clear()
    measuring.warm(refuse)
    assert len(ran) == 1


def test_choices_belong_to_a_gpu_an_mlx_and_a_macos(monkeypatch):
    keys = set()
    for release in ("", "15.6", "26.1"):
        monkeypatch.setattr("platform.mac_ver", lambda release=release: (release, ("", "", ""), ""))
        tuning.device_key.cache_clear()
        keys.add(tuning.key("stft", 512, 128, 0, 5))
        assert release in tuning.device_key() and ("macOS" in tuning.device_key()) == bool(release)
    assert len(keys) == 3


@pytest.mark.parametrize("n_fft", [256, 400, 512, 2048, 4096, 8192])
def test_candidates_have_the_radices_of_each_kind_and_up_to_512_threads(n_fft):
    found = measuring.variants(n_fft)
    folded = {plan.radices for plan in found if plan.frames_per_transform == 1}
    assert folded == {fft.default(n_fft, 1, kind=kind).radices for kind in kinds.KINDS}
    for kind in kinds.KINDS:
        assert fft.default(n_fft, 1, kind=kind) in found
    assert all(plan.threads <= 512 for plan in found)
    if n_fft >= 4096:
        assert max(plan.threads for plan in found) == 512


FORMS = {
    "empty": "",
    "half": "{",
    "list": "[]",
    "no choices": json.dumps({"version": tuned.VERSION}),
    "list of choices": json.dumps({"version": tuned.VERSION, "choices": [1]}),
    "another version": '{"version": 0, "choices": {"key": {"run": 1}}}',
    "zeros": "\x00",
    "not text": "\udcff",
    "a number": written({"key": 7}),
    "a list": written({"key": [1]}),
    "a fraction": written({"key": {"run": 1.5}}),
    "a nested list": written({"key": {"run": [[1]]}}),
    "deep": "[" * 200_000,
    "deep choice": written({"key": 0}).replace("0}", "[" * 200_000),
    "huge": written({"key": {"run": 1}}) + " " * (tuned.LARGEST + 1),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_corrupt_file_is_ignored_and_rewritten(tmp_path, form):
    (tmp_path / "tuned.json").write_text(FORMS[form], errors="surrogateescape")
    assert tuned.recall("key") is None
    tuned.remember("key", {"run": 2})
    assert kept(tmp_path) == {"key": {"run": 2}}
    assert [p.name for p in tmp_path.iterdir()] == ["tuned.json"]


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_a_path_that_is_no_file_counts_as_empty_and_stays(tmp_path, make):
    path = tmp_path / "tuned.json"
    make(path)
    kind = stat.S_IFMT(path.stat().st_mode)
    assert tuned.recall("key") is None  # and does not wait for a writer
    tuned.remember("key", {"run": 1})
    assert tuned.recall("key") == {"run": 1}
    assert stat.S_IFMT(path.stat().st_mode) == kind
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("path", ["~nobody-of-that-name/tuned.json", "a\0b", "file/tuned.json"])
def test_a_path_that_cannot_be_costs_nothing(monkeypatch, tmp_path, path):
    read = settings.read
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(settings, "read", lambda name: path if name.endswith("PATH") else read(name))
    tuned.remember("key", {"run": 1})
    assert tuned.recall("key") == {"run": 1}


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside(monkeypatch, tmp_path):
    def refuse(*paths):
        raise OSError

    monkeypatch.setattr(os, "replace", refuse)
    tuned.remember("key", {"run": 1})
    assert not list(tmp_path.iterdir())


def test_the_file_is_bounded_and_keeps_what_others_wrote(tmp_path, monkeypatch):
    monkeypatch.setattr(tuned, "CAPACITY", 5)
    tuned.remember("ours", {"run": 1})
    (tmp_path / "tuned.json").write_text(written({"theirs": {"run": 2}}))
    tuned.remember("more", {"run": 3})
    assert kept(tmp_path) == {"ours": {"run": 1}, "theirs": {"run": 2}, "more": {"run": 3}}
    for i in range(4):
        tuned.remember(f"new {i}", {"run": i})
    assert len(kept(tmp_path)) == 5
    assert list(kept(tmp_path))[-4:] == [f"new {i}" for i in range(4)]


def test_switches(monkeypatch, tmp_path):
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_PERSIST", "0")
    tuned.remember("key", {"run": 1})
    assert not (tmp_path / "tuned.json").exists()
    assert tuned.recall("key") == {"run": 1}
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")
    assert tuned.recall("key") is None


def test_many_threads_remember_at_once(tmp_path):
    threads = [threading.Thread(target=tuned.remember, args=(f"key {i}", {"run": i})) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(tmp_path) == {f"key {i}": {"run": i} for i in range(8)}


GOOD_PLAN = fft.FftPlan(512, 1, (16, 16), 16, 2)
GOOD = tuning.described((GOOD_PLAN, 0), 1, 1)
STREAM = tuning.described((GOOD_PLAN, 8), 1, 1)
WRONG = {
    "missing field": {"n_fft": 512},
    "one field more": {**GOOD, "name": 1},
    "another size": {**GOOD, "n_fft": 256},
    "no such radix": {**GOOD, "radices": [256]},
    "radices of another size": {**GOOD, "radices": [16, 8]},
    "radices that are none": {**GOOD, "radices": 16},
    "a size that is a list": {**GOOD, "n_fft": [512]},
    "three frames": {**GOOD, "frames_per_transform": 3},
    "no threads": {**GOOD, "threads_per_transform": 0},
    "negative": {**GOOD, "transforms_per_group": -5},
    "absurd": {**GOOD, "threads_per_transform": 10**9},
    "too many threads": {**GOOD, "transforms_per_group": 33},
    "too many registers": {**GOOD, "threads_per_transform": 4},
    "too much shared memory": {**GOOD, "transforms_per_group": 16},
    "tiled": STREAM,
}
WRONG_RUNS = {
    "no run, where it streams": {**STREAM, "run": 0},
    "no such run": {**STREAM, "run": 5},
    "absurd run": {**STREAM, "run": 32 * 10**6},
    "negative run": {**STREAM, "run": -8},
    "a field of earlier versions": {**STREAM, "chunk": 0},
}


def plant(op, hop, choice):
    tuned.remember(tuning.key(op, 512, hop, 0, (100).bit_length()), choice)
    tuning.renew()


@pytest.mark.parametrize("name", WRONG)
def test_a_measured_choice_that_no_launch_could_have_is_not_taken(name):
    default = tuning.analysis(512, 128, 0, False, 100)
    plant("stft", 128, GOOD)
    assert tuning.analysis(512, 128, 0, False, 100) == GOOD_PLAN != default
    plant("stft", 128, WRONG[name])
    assert tuning.analysis(512, 128, 0, False, 100) == default


@pytest.mark.parametrize("name", WRONG_RUNS)
def test_a_measured_run_that_no_launch_could_have_is_not_taken(name):
    default = tuning.synthesis(512, 128, 100)
    plant("istft", 128, STREAM)
    assert tuning.synthesis(512, 128, 100) == (GOOD_PLAN, 8) != default
    plant("istft", 128, WRONG_RUNS[name])
    assert tuning.synthesis(512, 128, 100) == default
    plant("istft", 100, STREAM)  # a hop that does not stream
    assert tuning.synthesis(512, 100, 100)[1] == 0


def test_threads_of_a_group_may_be_set_at_any_time(monkeypatch):
    assert tuning.analysis(512, 128, 0, False, 100).threads == 128
    monkeypatch.setenv("SPEC_MLX_TGX", "64")
    assert tuning.analysis(512, 128, 0, False, 100).threads == 64
    assert tuning.synthesis(512, 128, 100)[0].threads == 64


def test_every_setting_that_the_backend_reads_is_watched():
    files = Path(_gpu.__file__).parent.rglob("*.py")
    read = {name for file in files for name in re.findall(r'settings\.read\("(\w+)"', file.read_text())}
    assert read == set(tuning.SETTINGS)


def test_every_default_and_every_variant_could_be_recalled(monkeypatch):
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_PERSIST", "0")
    for n_fft in (16, 45, 64, 480, 512, 2048, 3645, 7203, 8192, 1102, 1021, 2 * 2053):
        for hop in (n_fft // 4, n_fft // 3 + 1):
            for plan in (fft.default(n_fft), *measuring.variants(n_fft)):
                plant_at = tuning.key("stft", n_fft, hop, 0, 5)
                tuned.remember(plant_at, tuning.described((plan, 0), 1, 1))
                assert tuning.recall("stft", n_fft, hop, 0, 5) == (plan, 0)
            for choice in (tuning.synthesis(n_fft, hop, 100), *measuring.syntheses(n_fft, hop)):
                tuned.remember(tuning.key("istft", n_fft, hop, 0, 5), tuning.described(choice, 1, 1))
                assert tuning.recall("istft", n_fft, hop, 0, 5) == choice


SIGNAL, SPECTRUM = (2, 1000), (2, 63, 33)
INVERSE = IstftPlan(64, 16, 64, True, 1000)
CHOSEN = fft.FftPlan(64, 2, (8, 8), 8, 2)


@pytest.fixture
def measured(monkeypatch):
    """Launches that were measured; the one of two frames side by side is the fastest."""
    tried = []

    def timed(launch):
        def seconds(choice):
            launch(choice)
            tried.append(choice)
            return 1.0 if choice == (CHOSEN, 0) else 2.0

        return seconds

    monkeypatch.setattr(measuring, "WARM", 0.0)
    monkeypatch.setattr(measuring, "timed", timed)
    monkeypatch.setattr(measuring, "variants", lambda n_fft: [CHOSEN])
    return tried


def test_warmup_measures_and_the_next_launch_uses_it(fake_gpu, measured):
    before = tuning.analysis(64, 16, 0, False, 2 * 63)
    assert _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert _gpu.warmup(INVERSE, SPECTRUM, FOREVER)
    assert before != CHOSEN
    assert tuning.analysis(64, 16, 0, False, 2 * 63) == CHOSEN
    assert tuning.synthesis(64, 16, 2 * 63)[0] == CHOSEN
    tuned._known.cache_clear()
    tuning.renew()
    assert tuning.analysis(64, 16, 0, False, 2 * 63) == CHOSEN, "from the file"


def test_spectrograms_are_measured_with_their_epilogue(fake_gpu, measured):
    bank = MelBank.of("test", sr=8000, n_fft=64, n_mels=4, fmin=0, fmax=None, htk=False, norm=None)
    decibels = DecibelPlan(10.0, 1e-10, 80.0, (-2, -1))
    assert _gpu.warmup(SpectrogramPlan(PLAN, 2.0, bank, decibels), SIGNAL, FOREVER)
    assert tuning.analysis(64, 16, BANK, True, 2 * 63) == CHOSEN
    assert dict(fake_gpu[-1][0].defines)["EPILOGUE"] == BANK


def test_a_warmup_that_was_cut_short_goes_on_and_one_that_was_not_is_not_repeated(fake_gpu, measured, tmp_path):
    assert _gpu.warmup(PLAN, SIGNAL, -1.0)
    default = tuning.usual_analysis(64, False)
    assert measured == [(default, 0)], "the default alone"
    assert tuning.analysis(64, 16, 0, False, 2 * 63) == default
    tuned._known.cache_clear()  # another process
    assert _gpu.warmup(PLAN, SIGNAL, -1.0)
    assert measured[1:] == [(default, 0), (CHOSEN, 0), (default, 0)]
    assert tuning.analysis(64, 16, 0, False, 2 * 63) == CHOSEN
    assert not _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert len(measured) == 4
    (choice,) = kept(tmp_path).values()
    assert (choice["tried"], choice["of"]) == (2, 2)


def test_other_candidates_than_before_are_measured_from_the_start(fake_gpu, measured, monkeypatch):
    assert _gpu.warmup(PLAN, SIGNAL, -1.0)
    other = fft.FftPlan(64, 1, (4, 8), 4, 8)
    monkeypatch.setattr(measuring, "variants", lambda n_fft: [other, CHOSEN])
    assert _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert [plan for plan, _ in measured[1:]] == [
        tuning.usual_analysis(64, False),
        other,
        CHOSEN,
        tuning.usual_analysis(64, False),
    ]


def test_measurements_take_little_memory(fake_gpu, measured, monkeypatch):
    monkeypatch.setattr(sys.modules["spectro._gpu.warmup"], "LARGEST", 5000)
    _gpu.warmup(PLAN, (16, 1000), FOREVER)
    _gpu.warmup(PLAN, (16, 20000), FOREVER)
    assert {rest["inputs"][0].shape for _, rest in fake_gpu} == {(5, 1000), (1, 5000)}


def test_warmup_of_a_size_without_kernels_or_without_tuning_does_nothing(fake_gpu, monkeypatch):
    assert not _gpu.warmup(StftPlan(13, 3, 13), SIGNAL, FOREVER)
    assert not _gpu.warmup(DecibelPlan(10.0, 1e-10, 80.0, (-2, -1)), SIGNAL, FOREVER)
    for name, value in (("SPEC_MLX_TGX", "64"), ("SPEC_MLX_AUTOTUNE", "0")):
        monkeypatch.setenv(name, value)
        assert not _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert not fake_gpu


def test_no_call_measures(fake_gpu, measured):
    y = mx.array(noise(2, 1000))
    for _ in range(4):
        spectro.istft(spectro.stft(y, n_fft=64, hop_length=16), hop_length=16)
    assert fake_gpu
    assert not measured


def test_a_call_takes_what_was_measured_since(fake_gpu, measured):
    y = mx.array(noise(2, 1000))
    call = _gpu.prepared(lambda y: _gpu.stft(PLAN, y, mx.ones(64)))
    for _ in range(3):
        call(y)
    _gpu.warmup(PLAN, SIGNAL, FOREVER)
    call(y)
    assert fake_gpu[-1][0].fft == CHOSEN


def test_dispatch_takes_the_gpu_backend_on_a_gpu(fake_gpu):
    y, w = mx.array(noise(2, 500)), mx.array(window_of(64))
    assert dispatch.choose("stft", PLAN, y, w) == (_gpu.stft, _gpu)
    for axis, expected in ((-1, (_gpu.decibels, _gpu)), (-2, (_reference.decibels, None))):
        assert dispatch.choose("decibels", DecibelPlan(10.0, 1e-10, 80.0, (axis,)), y, mx.array(1.0)) == expected


def test_launches_have_a_group_for_some_transforms(fake_gpu):
    _gpu.stft(PLAN, mx.zeros((3, 1000)), mx.ones(64))
    kernel, rest = fake_gpu[-1]
    t = kernel.fft
    assert rest["threadgroup"] == (t.threads, 1, 1)
    assert rest["grid"] == (-(-3 * 63 // t.transforms_per_group) * t.threads, 1, 1)


def test_wide_offsets_where_an_array_may_pass_two_to_the_thirty_first():
    assert build.offset_type(2**31 - 2**21, 5) == "int"
    assert build.offset_type(5, 2**31) == "wide"


def test_a_refused_kernel_is_said_once_and_the_reference_answers(fake_gpu, monkeypatch):
    def refuse(kernel):
        raise RuntimeError("threadgroup memory exceeds the limit\nmore")

    monkeypatch.setattr(build, "make", refuse)
    y, w = mx.array(noise(2, 500)), mx.array(window_of(64))
    with pytest.warns(FallbackWarning, match=r"spectro_stft_\w+ was refused by .*: threadgroup memory") as caught:
        got = dispatch.run("stft", PLAN, y, w)
    assert len(caught) == 1
    assert_close(np.array(got), np.array(_reference.stft(PLAN, y, w)), REFERENCE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dispatch.run("stft", PLAN, mx.array(noise(3, 700)), w)
    with dispatch.use_backend("gpu"), pytest.raises(ParameterError, match="was forced"):
        dispatch.run("stft", PLAN, y, w)


def test_kernels_are_tried_once(fake_gpu):
    w = mx.ones(64)
    for n in (500, 600, 500):
        assert _gpu.supports("stft", PLAN, mx.zeros((2, n)), w)
    assert len(fake_gpu) == 1


def test_the_division_may_be_left_to_mlx(fake_gpu, monkeypatch):
    plan, D, w = IstftPlan(64, 16, 64, True, 500), mx.zeros((2, 32, 33), dtype=mx.complex64), mx.ones(64)
    _gpu.istft(plan, D, w)
    assert dict(fake_gpu[-1][0].defines)["NORMALIZE"] == 1
    fake_gpu.clear()
    monkeypatch.setenv("MLX_OLA_FUSE_NORM", "0")
    _gpu.istft(plan, D, w)
    assert {dict(kernel.defines).get("NORMALIZE", 0) for kernel, _ in fake_gpu} == {0}


def test_kernels_are_made_on_first_use(monkeypatch):
    def refuse(kernel):
        raise AssertionError("made at construction")

    monkeypatch.setattr(build, "make", refuse)
    fft.default(64)
    build.Kernel("stft", (), ())
