"""Absurd sizes: one sentence with the size, at once, and nothing is allocated; large sizes that can be had pass."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import mlx.core as mx
import numpy as np
import pytest

import spectro
from spectro import _front
from spectro._constants import banks
from spectro._constants import float64 as f64
from spectro._constants.banks import DctBank, MelBank, MelscaleBank
from spectro._floor import sizes
from spectro._plans import FluxPlan, IstftPlan, SpectrogramPlan, StftPlan

LIMITED = pytest.mark.skipif(
    sys.platform != "linux" or mx.cuda.is_available(),
    reason="only Linux holds a process to its address space, of which CUDA takes more than there is",
)
ROOM = 8 << 30  # address space of the child that makes all absurd calls
SOON = 0.1  # seconds
COUNT = r"(about 1e)?\d+ numbers \((about 1e\d+|\d+\.\d) GB( in the making)?\)"
SENTENCE = re.compile(rf"\[[\w.]+\] .* (would hold {COUNT}, more than .*; |\d{{9,}})")

REFUSED = """
stft(y, n_fft=2**30)
stft(y, n_fft=2**31 - 1)
stft(y, n_fft=2**30, window=lambda n: np.ones(1))
stft(y, n_fft=2**31)
stft(np.zeros(4096, np.float32), n_fft=2**30, center=False)
istft(D, hop_length=2**28)
istft(D, length=2**31)
istft(D, length=2**31 - 1)
istft(D, length=2**62)
istft(D, n_fft=2**30)
istft(np.array(D), hop_length=2**31 - 1)
melspectrogram(y=y, n_mels=4000000)
melspectrogram(y=y, n_mels=2**31 - 1)
melspectrogram(y=y, n_fft=2**30)
melspectrogram(S=S, n_mels=4000000)
melspectrogram(y=y, n_fft=2, n_mels=10**8)
mfcc(y=y, n_mels=4000000)
mfcc(y=y, n_fft=2**31 - 1)
mfcc(S=mx.ones((60000, 9)), n_mfcc=60000)
mfcc(y=y, n_mfcc=2**31)
onset_strength(y=y, lag=10**9)
onset_strength(y=y, lag=2**31 - 1)
onset_strength(S=S, lag=10**9)
onset_strength(y=y, max_size=10**9)
onset_strength(S=S, max_size=2**31 - 1)
onset_strength(y=y, n_mels=4000000)
onset_strength(y=y, n_fft=2**30)
onset_strength_multi(y=y, lag=10**9)
onset_strength_multi(y=y, max_size=10**9, aggregate=False)
phase_vocoder(D, rate=1e-12)
effects.time_stretch(y, rate=1e-12)
fmt(y, over_sample=1e12)
fmt(y, n_fmt=2**31 - 1)
get_window("hann", 2**31 - 1)
get_window("flattop", 2**30, fftbins=False)
get_window(("gaussian", 100.0), 2**31 - 1)
get_window(14.0, 2**31 - 1)
get_window("boxcar", 2**40)
mel_frequencies(2**31 - 1)
mel_frequencies(2**30, htk=True)
fft_frequencies(n_fft=2**31 - 1)
fft_frequencies(n_fft=np.int32(2**31 - 1))
samples_like(2**31 - 1)
samples_like(1e300)
samples_like(np.int64(2**40))
samples_like(np.broadcast_to(np.float32(0), 2**34))
times_like(2**31 - 1)
times_like(10**400)
times_like(mx.zeros(2**31 - 1))
filters.mel(sr=22050, n_fft=2048, n_mels=4000000)
filters.mel(sr=22050, n_fft=2**31 - 1)
filters.mel(sr=22050, n_fft=2, n_mels=2**31 - 1)
filters.melscale_fbanks(2**31 - 1, 0.0, 8000.0, 40, 16000)
filters.melscale_fbanks(201, 0.0, 8000.0, 2**31 - 1, 16000)
filters.dct(60000, 60000)
filters.dct(1, 2**31 - 1)
filters.dct(2**31 - 1, 2**31 - 1, dct_type=4)
filters.window_sumsquare(window="hann", n_frames=2**31 - 1)
filters.window_sumsquare(window="hann", n_frames=1, hop_length=2**31 - 1)
filters.window_sumsquare(window="hann", n_frames=1, n_fft=2**31 - 1)
filters.window_sumsquare(window="hann", n_frames=2**31 - 1, hop_length=2**31 - 1, n_fft=2**31 - 1)
filters.get_window("hann", 2**31 - 1)
SpectralTransform(2**30, 512)
SpectralTransform(2**40, 512)
SpectralTransform(2**30, 512, win_length=4)
SpectralTransform(512, 1).compiled_pair(2**31 - 1, warmup_batch=2**31 - 1)
SpectralTransform(512, 128).compiled_pair(2**40)
SpectralTransform(512, 128).warmup(batch=10**9)
SpectralTransform(512, 128).warmup(length=2**31 - 1)
SpectralTransform(512, 1).warmup(length=2**28)
SpectralTransform(512, 128).prewarm_kernels(length=2**40)
SpectralTransform(512, 128).prewarm_compiled(batch=2**31 - 1)
SpectralTransform(2**17, 1).stft(long)
SpectralTransform(2**17, 1).stft_compiled(long)
SpectralTransform(1024, 2**28).istft(D)
SpectralTransform(1024, 256).istft(D, length=2**31 - 1)
SpectralTransform(1024, 2**28).istft(D, length=100, torch_like=True)
SpectralTransform(1024, 256).istft_compiled(D, length=2**31 - 1)
SpectralTransform(1024, 1).istft(D, length=2**28, backend_policy="mlx_fft")
SpectralTransform(1024, 1).istft(D, length=2**28, safety="always")
make_window(None, "hann", win_length=2**31 - 1, n_fft=2**31 - 1, periodic=True)
make_window(None, "hann", win_length=4, n_fft=2**50, periodic=True)
MelSpectrogramTransform(n_fft=2**30)
MelSpectrogramTransform(n_mels=4000000)
MelSpectrogramTransform(n_fft=1024, hop_length=1, n_mels=400)(mx.zeros((2, 2**24)))
MelSpectrogramTransform(n_fft=2**12, hop_length=1).spectrogram(long)
get_transform_mlx(n_fft=2**30, hop_length=1, win_length=None, window=None, **options)
transforms.melscale_fbanks(201, 0.0, 8000.0, 2**31 - 1, 16000)
""".strip().splitlines()

# what only those can refuse who know the shapes of the arrays and who computes: `bind`, of every planned call
OF_A_CALL = """
stft(long, n_fft=2**20, hop_length=1)
stft(long, n_fft=4096, hop_length=1, center=False)
stft(np.zeros(2_000_000, np.float32), hop_length=1)
istft(mx.zeros((2**17 + 1, 9), dtype=mx.complex64), hop_length=1, length=10**6)
melspectrogram(y=long, n_fft=2**20, hop_length=1)
melspectrogram(y=long, hop_length=1, n_mels=2000)
melspectrogram(S=mx.ones((2, 10**7)), n_mels=1000)
mfcc(y=long, n_fft=2**20, hop_length=1)
onset_strength(y=long, n_fft=2**20, hop_length=1)
onset_strength_multi(y=y, lag=10**8, center=False, aggregate=False)
""".strip().splitlines()

# what only the windows' own module can refuse
OF_WINDOWS = """
windows.hann(2**31 - 1)
windows.boxcar(2**40)
windows.kaiser(2**30, 14.0)
windows.dpss(2**31 - 1, 3.0)
windows.kaiser_bessel_derived(2**31 - 2, 4.0)
windows.kaiser(2048, 1e12)
get_window(1e12, 2048)
""".strip().splitlines()

CHILD = """
import resource, sys, time, warnings
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
import mlx.core as mx, numpy as np, spectro
from spectro._engine.dispatch import unavailable
warnings.simplefilter("ignore")
y, long, S = mx.zeros(4096), mx.zeros(2_000_000), mx.ones((1025, 9))
D = mx.zeros((513, 9), dtype=mx.complex64)
mx.eval(y, long, S, D)
options = dict(window_fn="hann", periodic=True, center=True, normalized=False)
public = {name: getattr(spectro, name) for name in spectro.__all__}  # imported now: that is no part of the time
names = {**public, "mx": mx, "np": np, "y": y, "long": long, "S": S, "D": D, "options": options}
calls = sys.stdin.read().splitlines()
for backend in ("auto", "reference", "cpu", "gpu"):
    if backend != "auto" and unavailable(backend):
        continue
    with spectro.use_backend(backend):
        for call in calls:
            print(backend, call, sep="\\t", end="\\t", flush=True)
            begin = time.process_time()
            try:
                result = eval(call, names)
                mx.eval(result)
                said = "no error"
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
            print(f"{time.process_time() - begin:.4f}", said, sep="\\t", flush=True)
print("done")
"""


def outcomes(calls: list[str]) -> tuple[list[list[str]], subprocess.CompletedProcess[str]]:
    """What each call came to in a process of little memory: backend, call, seconds, what it said."""
    root = str(Path(spectro.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root + os.pathsep + os.environ.get("PYTHONPATH", "")}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOM)],
        input="\n".join(calls),
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    return [line.split("\t") for line in done.stdout.splitlines()], done


@LIMITED
def test_absurd_sizes_are_refused_at_once_and_never_end_the_process():
    lines, done = outcomes(REFUSED)
    assert done.returncode == 0 and lines[-1] == ["done"], f"died at {lines[-1]}: {done.stderr}"
    wrong = [line for line in lines[:-1] if not line[3].startswith("ParameterError: ") or not SENTENCE.search(line[3])]
    slow = [line for line in lines[:-1] if float(line[2]) > SOON]
    assert not wrong and not slow


@LIMITED
@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(OF_A_CALL, id="calls"),
        pytest.param(OF_WINDOWS, id="windows"),
    ],
)
def test_absurd_sizes_never_end_the_process_where_constants_are_made_first(calls):
    lines, done = outcomes(calls)
    assert done.returncode == 0 and lines[-1] == ["done"], f"died at {lines[-1]}: {done.stderr}"
    elsewhere = "the backend 'cpu' was forced, but it does not support"
    assert not [line for line in lines[:-1] if not SENTENCE.search(line[3]) and elsewhere not in line[3]]


HOUR = 3600 * 44100


@pytest.fixture
def machine(monkeypatch):
    """A laptop of 24 GB, whatever the tests run on."""
    monkeypatch.setattr(sizes, "memory", lambda: 24 * 10**9)


@pytest.mark.usefixtures("machine")
def test_large_sizes_that_can_be_had_are_planned():
    """An hour of stereo, minutes of it in fine steps, spectra of whole songs, banks of all bands that anyone has."""
    StftPlan.of("stft", n_fft=2048).check_sizes("stft", (2, HOUR))
    StftPlan.of("stft", n_fft=2048).check_sizes("stft", (2, HOUR), reference=True)
    StftPlan.of("stft", n_fft=2**27).check_sizes("stft", (2**27,))
    StftPlan.of("stft", n_fft=256, hop_length=1).check_sizes("stft", (300 * 44100,))
    IstftPlan.of("istft", (1, 1025, 4 * HOUR // 512), n_fft=2048)
    whole = IstftPlan.of("istft", (2, 1025, HOUR // 512), n_fft=2048)
    whole.check_sizes("istft", (2, HOUR // 512, 1025), reference=True)
    # the mel spectrogram of fine frames is small, and fused backends make nothing else
    fine = StftPlan.of("melspectrogram", n_fft=4096, hop_length=16)
    bank = MelBank.of("mel", sr=22050, n_fft=4096, n_mels=128, fmin=0.0, fmax=None, htk=False, norm="slaney")
    SpectrogramPlan.of("melspectrogram", fine, power=2.0, bank=bank).check_sizes("melspectrogram", (2, HOUR))
    MelBank.of("mel", sr=44100, n_fft=2**15, n_mels=512, fmin=0.0, fmax=None, htk=False, norm="slaney")
    DctBank.of("dct", n_filters=2048, n_input=2048, dct_type=2, norm="ortho")
    FluxPlan.of("onset_strength", lag=1000, max_size=100, mean=False).check_sizes(
        "onset_strength", (2, HOUR // 512, 128)
    )


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("plan", "shape", "reference"),
    [
        (StftPlan(2**20, 1, 2**20), (441000,), False),  # 441001 frames of 2**19 bins
        (StftPlan(2048, 1, 2048), (2, 60 * 44100), False),
        (StftPlan(2048, 512, 2048), (100, HOUR), False),
        (SpectrogramPlan(StftPlan(2**20, 1, 2**20)), (441000,), False),
        (SpectrogramPlan(StftPlan(2**20, 1, 2**20)), (441000,), True),
        (SpectrogramPlan(StftPlan(2048, 1, 2048), bank=DctBank(1, 1025)), (2, 60 * 44100), True),
        (IstftPlan(1024, 1, 1024, True, 2**28), (4, 513), True),  # each sample the sum of 1024 frames'
        (FluxPlan(10**8, 1, False), (9, 128), False),
        (FluxPlan(1, 10**6, False), (10**4, 128), True),
        (DctBank(2000, 2000), (10**7, 2000), False),
    ],
    ids=str,
)
def test_a_plan_knows_what_its_arrays_take(plan, shape, reference):
    with pytest.raises(spectro.ParameterError, match=SENTENCE):
        plan.check_sizes("here", shape, reference=reference)


@LIMITED
def test_the_limit_is_what_the_process_may_have():
    code = "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 30,) * 2)\n"
    code += "from spectro._floor.sizes import memory; print(memory())"
    assert int(subprocess.check_output([sys.executable, "-c", code])) <= 3 << 30
    assert 0 < sizes.memory() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_control_groups_count_with_all_that_they_lie_in(monkeypatch, tmp_path):
    inner = tmp_path / "batch" / "job"
    inner.mkdir(parents=True)
    (tmp_path / "batch" / "memory.max").write_text("4096\n")
    (inner / "memory.max").write_text("max\n")
    monkeypatch.setitem(sizes.CGROUPS, "", (str(tmp_path), "memory.max"))
    assert list(sizes._limits_of_group("", "/batch/job")) == [4096]
    assert list(sizes._limits_of_group("cpu", "/batch/job")) == []


def test_what_is_asked_for_is_in_the_sentence(monkeypatch):
    monkeypatch.setattr(sizes, "memory", lambda: 10**9)
    with pytest.raises(spectro.ParameterError) as caught:
        spectro.istft(mx.zeros((513, 9), dtype=mx.complex64), length=10**9)
    assert str(caught.value) == (
        "[istft] the result would hold 1000000000 numbers (4.0 GB), more than the 1.0 GB that this process may use; "
        "lower length"
    )


@pytest.mark.parametrize("value", ["0", "-3", "1000000000", "99999999999999999999", "x", "2.5"])
def test_a_number_of_threads_out_of_range_names_the_variable(value):
    code = "import mlx.core as mx, spectro\nmx.set_default_device(mx.cpu)\ntry: spectro.stft(mx.zeros(4096))\n"
    code += "except spectro.ParameterError as error: print(error)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "SPECTRO_NUM_THREADS": value, "SPECTRO_BACKEND": "auto"},
    )
    assert f"SPECTRO_NUM_THREADS must be an integer from 1 to 1024, got '{value}'" in done.stdout, done.stderr


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("call", "way_out"),
    [
        (lambda y: spectro.mfcc(y=y, n_mels=60000, n_mfcc=60000), "ask for fewer coefficients"),
        (lambda y: spectro.melspectrogram(y=y, n_fft=2**20, hop_length=1), "raise hop_length"),
        (lambda y: spectro.melspectrogram(y=y, hop_length=1, n_mels=2000), "lower n_mels"),
        (lambda y: spectro.onset_strength(y=y, n_fft=2**18, hop_length=1), "raise hop_length"),
        (lambda y: spectro.stft(y, n_fft=2**22, hop_length=1), "raise hop_length"),
    ],
    ids=["mfcc", "frames", "bands", "onsets", "stft"],
)
@pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*Empty filters")
def test_no_bank_is_made_to_find_out_that_a_call_is_absurd(monkeypatch, request, call, way_out):
    if mx.default_device() == mx.gpu and request.node.callspec.id == "mfcc":
        pytest.skip("a GPU's kernel is tried with the bank of its bands before the coefficients are looked at")

    def made(*_):
        raise AssertionError("a bank was made")

    monkeypatch.setattr(banks, "_built", made)
    y = mx.zeros(8_000_000)
    for backend in ("auto", "reference"):
        with spectro.use_backend(backend), pytest.raises(spectro.ParameterError, match=way_out):
            call(y)


@pytest.mark.usefixtures("machine")
def test_no_window_is_made_for_spectra_that_cannot_be_had(monkeypatch):
    monkeypatch.setattr(_front, "analysis_window", lambda *_: pytest.fail("a window was made"))
    with pytest.raises(spectro.ParameterError, match="the result would hold"):
        spectro.stft(mx.zeros(8_000_000), n_fft=65536, hop_length=1)
    with pytest.raises(spectro.ParameterError, match="the result would hold"):
        spectro.melspectrogram(mx.zeros(8_000_000), n_fft=65536, n_mels=1000, hop_length=1)


@pytest.mark.parametrize("M", [8, 2001])
def test_a_taylor_window_has_no_more_lobes_than_float64_can_weigh(M):
    assert np.isfinite(np.array(spectro.windows.taylor(M, nbar=400))).all()
    for nbar in (401, 10**6, 10**30):
        with pytest.raises(spectro.ParameterError, match=rf"^\[taylor\] nbar must be at most 400, got {nbar}$"):
            spectro.windows.taylor(M, nbar=nbar)


def bank_sizes(norm):
    for sr, n_fft, n_mels, fmin, htk in itertools.product(
        (8000, 22050), (16, 31, 255, 1024), (1, 20, 128), (0, 300), (0, 1)
    ):
        yield MelBank(sr, n_fft, n_mels, fmin, sr / 2, bool(htk), norm), 0.0
        scale = "htk" if htk else "slaney"
        yield MelscaleBank(n_fft, fmin, sr / 2, n_mels, sr, norm if norm == "slaney" else None, scale), -1.0


@pytest.mark.parametrize("norm", ["slaney", None, 2.0])
def test_a_bank_that_was_not_made_knows_what_the_made_one_shows(norm):
    seen = set()
    for bank, above in bank_sizes(norm):
        weights = np.array(bank.weights())
        assert (bank.n_bands, bank.n_bins) == weights.shape
        begins = np.array(f64.constant(bank.points))[:-2]
        empty = bool(((begins > above) & (weights.max(axis=1) <= 0)).any())
        assert banks.has_empty_band(bank, above) == empty
        seen.add(empty)
    assert seen == {True, False}
    dct = DctBank(3, 7)
    assert (dct.n_bands, dct.n_bins) == dct.weights().shape
