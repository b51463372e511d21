"""Choosing launches: defaults, measurements, their file, and kernels that a device refuses."""

from __future__ import annotations

import json
import os
import threading
import warnings

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import noise, window_of
from tolerances import REFERENCE

import spectro
from spectro import _gpu, _reference
from spectro._constants.banks import MelBank
from spectro._engine import calls, dispatch
from spectro._floor import fallbacks
from spectro._gpu import measuring
from spectro._gpu.launch import build, transform, tuned, tuning
from spectro._gpu.launch.tuning import Tiling
from spectro._gpu.ops import support
from spectro._gpu.ops.analysis import BANK
from spectro._plans import DecibelPlan, IstftPlan, SpectrogramPlan, StftPlan
from spectro.errors import FallbackWarning, ParameterError

PLAN = StftPlan(64, 16, 64)


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No memory, a file of our own, and no environment."""
    for name in ("SPEC_MLX_AUTOTUNE", "SPEC_MLX_TGX", "SPEC_MLX_AUTOTUNE_PERSIST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_CACHE_PATH", str(tmp_path / "tuned.json"))
    monkeypatch.setattr(fallbacks, "_taken", {})
    calls._memory.calls.clear()
    reset()
    yield
    calls._memory.calls.clear()
    monkeypatch.undo()
    reset()


def reset():
    tuned.forget()
    tuning.forget()
    support.forget()


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


def file_of(tmp_path):
    return json.loads((tmp_path / "tuned.json").read_text())


def test_choices_are_recalled_in_this_process_and_the_next(tmp_path):
    assert tuned.recall("key") is None
    assert tuned.tune("key", [3, 1, 2], float, lambda c: {"chosen": c}) == 1
    assert tuned.recall("key") == {"chosen": 1}
    tuned.forget()
    assert tuned.recall("key") == {"chosen": 1}
    assert file_of(tmp_path)["choices"] == {"key": {"chosen": 1}}


def test_a_candidate_that_fails_is_left_out():
    def seconds(candidate):
        if candidate == 1:
            raise RuntimeError("too many threads")
        return candidate

    assert tuned.tune("key", [1, 5, 4], seconds, str) == 4
    assert tuned.tune("other", [1], seconds, str) is None
    assert tuned.recall("other") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', '{"version": 0, "choices": {"key": 1}}', "\x00"])
def test_a_corrupt_file_is_ignored_and_rewritten(tmp_path, content):
    (tmp_path / "tuned.json").write_text(content)
    assert tuned.recall("key") is None
    tuned.remember("key", 2)
    assert file_of(tmp_path)["choices"] == {"key": 2}


def test_the_file_is_bounded_keeps_what_others_wrote_and_leaves_nothing_beside(tmp_path):
    (tmp_path / "tuned.json").write_text(json.dumps({"version": 1, "choices": {"theirs": 1}}))
    for i in range(tuned.CAPACITY + 10):
        if i in (0, 5):
            tuned.remember(f"ours {i}", i)
        else:
            tuned._put(f"ours {i}", i)
    tuned.remember("last", 0)
    assert len(file_of(tmp_path)["choices"]) == tuned.CAPACITY
    assert "last" in file_of(tmp_path)["choices"]
    assert [p.name for p in tmp_path.iterdir()] == ["tuned.json"]


def test_a_file_written_by_another_process_in_between_is_kept(tmp_path):
    tuned.remember("ours", 1)
    (tmp_path / "tuned.json").write_text(json.dumps({"version": 1, "choices": {"theirs": 2}}))
    tuned.remember("more", 3)
    assert file_of(tmp_path)["choices"] == {"ours": 1, "theirs": 2, "more": 3}


def test_an_unwritable_file_costs_nothing(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_CACHE_PATH", str(tmp_path / "file" / "tuned.json"))
    tuned.remember("key", 1)
    assert tuned.recall("key") == 1


def test_switches(monkeypatch, tmp_path):
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_PERSIST", "0")
    tuned.remember("key", 1)
    assert not (tmp_path / "tuned.json").exists()
    assert tuned.recall("key") == 1
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")
    assert tuned.recall("key") is None


def test_many_threads_remember_at_once(tmp_path):
    threads = [threading.Thread(target=tuned.remember, args=(f"key {i}", i)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file_of(tmp_path)["choices"] == {f"key {i}": i for i in range(8)}


def test_threads_of_a_group_may_be_set(monkeypatch):
    assert tuning.analysis(512, 128, 0, 100).threads == 128
    monkeypatch.setenv("SPEC_MLX_TGX", "64")
    tuning.forget()
    assert tuning.analysis(512, 128, 0, 100).threads == 64
    assert tuning.synthesis(512, 128, 100)[0].threads == 64


FOREVER = 1e9  # seconds
SIGNAL, SPECTRUM = (2, 1000), (2, 63, 33)
INVERSE = IstftPlan(64, 16, 64, True, 1000)
CHOSEN = transform.Transform(64, 2, (8, 8), 8, 2)


@pytest.fixture
def measured(monkeypatch):
    """Launches that were measured; the one of two frames side by side is the fastest."""
    tried = []

    def timed(launch):
        def seconds(choice):
            launch(choice)
            tried.append(choice)
            return 1.0 if choice in (CHOSEN, (CHOSEN, Tiling(chunk=64))) else 2.0

        return seconds

    monkeypatch.setattr(measuring, "timed", timed)
    monkeypatch.setattr(measuring, "variants", lambda n_fft: [CHOSEN])
    return tried


def test_warmup_measures_and_the_next_launch_uses_it(fake_gpu, measured):
    before = tuning.analysis(64, 16, 0, 2 * 63)
    assert _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert _gpu.warmup(INVERSE, SPECTRUM, FOREVER)
    assert before != CHOSEN
    assert tuning.analysis(64, 16, 0, 2 * 63) == CHOSEN
    assert tuning.synthesis(64, 16, 2 * 63)[0] == CHOSEN
    tuned.forget()
    tuning.forget()
    assert tuning.analysis(64, 16, 0, 2 * 63) == CHOSEN, "from the file"


def test_spectrograms_are_measured_with_their_epilogue(fake_gpu, measured):
    bank = MelBank.of("test", sr=8000, n_fft=64, n_mels=4, fmin=0, fmax=None, htk=False, norm=None)
    decibels = DecibelPlan(10.0, 1e-10, 80.0, (-2, -1))
    assert _gpu.warmup(SpectrogramPlan(PLAN, 2.0, bank, decibels), SIGNAL, FOREVER)
    assert tuning.analysis(64, 16, BANK, 2 * 63) == CHOSEN
    assert dict(fake_gpu[-1][0].defines)["EPILOGUE"] == BANK


def test_the_default_is_measured_first_and_stays_unless_another_is_clearly_faster():
    assert tuned.tune("key", [1.0, 0.97, 0.96], float, str) == 1.0
    assert tuned.tune("key", [1.0, 0.97, 0.9], float, str) == 0.9


def test_no_launch_is_measured_after_the_limit_nor_twice(fake_gpu, measured):
    assert _gpu.warmup(PLAN, SIGNAL, -1.0)
    assert len(measured) == 1, "the default alone"
    assert not _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert len(measured) == 1


def test_measurements_take_little_memory(fake_gpu, measured, monkeypatch):
    monkeypatch.setattr(measuring, "LARGEST", 5000)
    _gpu.warmup(PLAN, (16, 1000), FOREVER)
    _gpu.warmup(PLAN, (16, 20000), FOREVER)
    assert {rest["inputs"][0].shape for _, rest in fake_gpu} == {(5, 1000), (1, 5000)}


def test_warmup_of_a_size_without_kernels_or_without_tuning_does_nothing(fake_gpu, monkeypatch):
    assert not _gpu.warmup(StftPlan(37, 9, 37), SIGNAL, FOREVER)
    assert not _gpu.warmup(DecibelPlan(10.0, 1e-10, 80.0, (-2, -1)), SIGNAL, FOREVER)
    for name, value in (("SPEC_MLX_TGX", "64"), ("SPEC_MLX_AUTOTUNE", "0")):
        monkeypatch.setenv(name, value)
        assert not _gpu.warmup(PLAN, SIGNAL, FOREVER)
    assert not fake_gpu


def test_no_call_measures(fake_gpu, measured):
    y = mx.array(noise(2, 1000))
    layer = spectro.SpectralTransform(n_fft=64, hop_length=16)

    def call(y):
        return mx.abs(spectro.stft(y, n_fft=64, hop_length=16)).sum()

    for _ in range(4):
        call(y)
        mx.grad(call)(y)
        mx.compile(call)(y)
        layer.istft(layer.stft(y))
    assert not measured
    dispatch.tune([(PLAN, (2, 1000))])
    assert CHOSEN in measured
    spectro.stft(y, n_fft=64, hop_length=16)
    assert fake_gpu[-1][0].transform == CHOSEN, "planned anew with what was measured"


def test_dispatch_takes_the_gpu_backend_on_a_gpu(fake_gpu):
    y, w = mx.array(noise(2, 500)), mx.array(window_of(64))
    assert dispatch.choose("stft", PLAN, y, w) == (_gpu.stft, _gpu)
    last, first = DecibelPlan(10.0, 1e-10, 80.0, (-1,)), DecibelPlan(10.0, 1e-10, 80.0, (-2,))
    assert dispatch.choose("decibels", last, y, mx.array(1.0)) == (_gpu.decibels, _gpu)
    assert dispatch.choose("decibels", first, y, mx.array(1.0)) == (_reference.decibels, None)


def test_the_number_of_threads_may_change_within_the_process(fake_gpu, monkeypatch):
    y = mx.array(noise(2, 1000))
    for _ in range(3):
        spectro.stft(y, n_fft=64, hop_length=16)
    monkeypatch.setenv("SPEC_MLX_TGX", "16")
    spectro.stft(y, n_fft=64, hop_length=16)
    assert fake_gpu[-1][1]["threadgroup"][0] <= 16
    monkeypatch.delenv("SPEC_MLX_TGX")
    asked = len(fake_gpu)
    for _ in range(2):  # recorded before, or launched anew
        spectro.stft(y, n_fft=64, hop_length=16)
    assert all(rest["threadgroup"][0] > 16 for _, rest in fake_gpu[asked:])


RIGHT = {"n_fft": 64, "each": 2, "radices": [8, 8], "lanes": 8, "teams": 2, "powers": True}
WRONG = [
    "x",
    [1],
    None,
    3,
    {},
    {"n_fft": 64},
    {"radices": [2], "n_fft": 64, "each": 1, "lanes": 10**9, "teams": -5, "powers": 7},
    *(
        {**RIGHT, name: value}
        for name in RIGHT
        for value in (None, "8", -1, 0, 2.5, 10**9, [], [0], [8, "8"], {"a": 1})
    ),
    {**RIGHT, "radices": [8, 4]},
    {**RIGHT, "n_fft": 128, "radices": [8, 16]},
    {**RIGHT, "walk": [1, 2]},
]


def keep(choices):
    tuned.path().write_text(json.dumps({"version": 1, "choices": choices}))
    tuned.forget()
    tuning.forget()


def test_a_right_choice_of_the_file_is_taken():
    keep(
        {
            tuning.key("stft", 64, 16, 0, 7): RIGHT,
            tuning.key("istft", 64, 16, 0, 7): {**RIGHT, "walk": {"chunk": 64, "run": 0}},
        }
    )
    assert tuning.analysis(64, 16, 0, 100) == CHOSEN
    assert tuning.synthesis(64, 16, 100) == (CHOSEN, Tiling(chunk=64))


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_wrong_choices_of_the_file_count_as_none(wrong):
    default = tuning.analysis(64, 16, 0, 100), tuning.synthesis(64, 16, 100)
    keep({tuning.key("stft", 64, 16, 0, 7): wrong, tuning.key("istft", 64, 16, 0, 7): wrong})
    if wrong != {**RIGHT, "walk": [1, 2]}:  # an analysis has no tiling
        assert tuning.analysis(64, 16, 0, 100) == default[0]
    assert tuning.synthesis(64, 16, 100) == default[1]


TILINGS = [
    {},
    {"chunk": 64},
    {"chunk": 64, "run": 4},
    {"chunk": 0, "run": 0},
    {"chunk": -1, "run": 0},
    {"chunk": "9", "run": 0},
]


@pytest.mark.parametrize("tiling", [*TILINGS, {"chunk": 2**40, "run": 0}, {"chunk": 0, "run": 8}], ids=str)
def test_wrong_tilings_of_the_file_count_as_none(tiling):
    default = tuning.synthesis(64, 16, 100)
    keep({tuning.key("istft", 64, 16, 0, 7): {**RIGHT, "walk": tiling}})
    assert tuning.synthesis(64, 16, 100) == default


FILES = {
    "nested": lambda path: path.write_text("[" * 200_000 + "]" * 200_000),
    "text": lambda path: path.write_text("hello"),
    "bytes": lambda path: path.write_bytes(bytes(range(256))),
    "a list": lambda path: path.write_text("[1]"),
    "choices of another kind": lambda path: path.write_text('{"version": 1, "choices": [1]}'),
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a giant": lambda path: os.truncate(path.open("w").name, 2**33),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_anything_else_counts_as_empty(tmp_path, name):
    FILES[name](tuned.path())
    kind = tuned.path().lstat().st_mode
    default = tuning.analysis(64, 16, 0, 100)
    assert default == transform.default(64)
    tuned.remember("key", "choice")
    assert tuned.recall("key") == "choice"
    assert [path.name for path in tmp_path.iterdir()] == ["tuned.json"], "no leftovers"
    if name in ("a folder", "a pipe", "a giant"):
        assert tuned.path().lstat().st_mode == kind, "left alone"


def test_launches_have_one_thread_group_per_team_of_transforms(fake_gpu):
    _gpu.stft(PLAN, mx.zeros((3, 1000)), mx.ones(64))
    kernel, rest = fake_gpu[-1]
    t = kernel.transform
    assert rest["threadgroup"] == (t.threads, 1, 1)
    assert rest["grid"] == (-(-3 * 63 // t.teams) * t.threads, 1, 1)


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
        assert _gpu.stft.supports(PLAN, mx.zeros((2, n)), w)
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
    transform.default(64)
    build.Kernel("stft", (), ())
