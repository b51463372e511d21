"""Long signals of NumPy's on a CPU: they are computed in pieces, which join to the whole and need little memory."""

import importlib
import json
import subprocess
import sys

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from comparing import assert_close

import spectro
import spectro._floor.pieces
from spectro._engine.dispatch import device, unavailable

ON_A_CPU = pytest.mark.skipif(
    device() != "cpu" or unavailable("cpu") is not None, reason="only the CPU works in pieces"
)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from Linux's account of it")

MEASURE = """
import json, sys
import mlx.core as mx
import numpy as np
import spectro

def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key))

def size(result):
    return sum(map(size, result)) if isinstance(result, tuple) else getattr(result, "nbytes", 0)

mx.set_default_device(mx.cpu)
second = 0.3 * np.sin(2 * np.pi * 440 / 22050 * np.arange(22050, dtype=np.float32)) * np.geomspace(1, 0.01, 22050)
second += 0.01 * np.random.default_rng(0).standard_normal(22050)
y = np.tile(second.astype(np.float32), 600)
prepared = (lambda y: spectro.feature.melspectrogram(y=y)) if sys.argv[1] == "pcen" else (lambda y: y)
call = eval("lambda y: spectro." + sys.argv[1] + ("(y)" if "(" not in sys.argv[1] else ""))
call(prepared(y[: 10 * 22050]))
x = prepared(y)
spectro.clear_cache()
before = status("VmRSS:")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
result = call(x)
print(json.dumps((status("VmHWM:") - before - size(result)) / 2**20))
"""
# MiB beside the signal and the result that ten minutes may need: of those that keep a few pieces an hour needs no more
MOST = {
    "feature.chroma_stft": 64,
    "feature.chroma_cqt": 64,
    "beat.beat_track": 64,
    "beat.plp": 48,
    "feature.tempogram_ratio": 64,
    "reassigned_spectrogram(y[:3_000_000])": 64,
    "resample(y, orig_sr=22050, target_sr=8000, res_type='soxr_qq', scale=True)": 8,
    "autocorrelate(y, max_size=1000)": 16,
    "mu_compress": 8,
    "lpc(y[:3_000_000], order=8)": 8,
    "iirt(y[:3_000_000], center_freqs=np.array([3000.0]), sample_rates=np.array([22050.0]))": 32,
    "pyin(y[:2_000_000], fmin=65, fmax=2093)": 64,
    "feature.delta(y.reshape(20, -1))": 16,
    "effects.hpss": 64,
    "effects.time_stretch(y[:5_000_000], rate=1.2)": 48,
    "effects.pitch_shift(y[:3_000_000], sr=22050, n_steps=3)": 64,
    "piptrack": 48,
    "feature.mfcc": 16,
    "pcen": 16,
}


@LINUX
@ON_A_CPU
@pytest.mark.parametrize("name", MOST)
def test_ten_minutes_need_little_memory_beside_their_result(name):
    done = subprocess.run([sys.executable, "-c", MEASURE, name], capture_output=True, text=True)
    if "clear_refs" in done.stderr:
        pytest.skip("this system does not let a process forget its peak")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) < MOST[name]


def long_signal(n: int = 300_001) -> np.ndarray:
    """Tones that go up in noise, louder and louder, so that later levels raise the floor of earlier ones."""
    rng, time = np.random.default_rng(0), np.arange(n) / 22050
    y = 0.3 * np.sin(2 * np.pi * 220 * time * (1 + time / 40)) * (time % 0.5 < 0.4) + 0.01 * rng.standard_normal(n)
    return (y * np.geomspace(1e-4, 1, n)).astype(np.float32)


JOINED = {
    "chroma_stft": lambda y: spectro.feature.chroma_stft(y=y),
    "chroma_stft-uncentered": lambda y: spectro.feature.chroma_stft(y=y, center=False, n_fft=1001, hop_length=300),
    "piptrack": lambda y: spectro.piptrack(y, pad_mode="reflect"),
    "estimate_tuning": lambda y: spectro.estimate_tuning(y),
    "cqt": lambda y: spectro.cqt(y),
    "cqt-reflect": lambda y: spectro.cqt(y, hop_length=768, n_bins=40, pad_mode="reflect", scale=False),
    "vqt": lambda y: spectro.vqt(y, hop_length=256),
    "hybrid_cqt": lambda y: spectro.hybrid_cqt(y, tuning=None),
    "pseudo_cqt": lambda y: spectro.pseudo_cqt(y),
    "chroma_cqt": lambda y: spectro.feature.chroma_cqt(y=y, bins_per_octave=24),
    "tonnetz": lambda y: spectro.feature.tonnetz(y=y, cqt_mode="hybrid", bins_per_octave=12),
    "hpss": lambda y: spectro.effects.hpss(y),
    "hpss-reflect": lambda y: spectro.effects.hpss(
        y, kernel_size=(8, 5), n_fft=1000, hop_length=300, pad_mode="reflect"
    ),
    "harmonic-uncentered": lambda y: spectro.effects.harmonic(y, center=False, margin=2.0),
    "percussive-masks": lambda y: spectro.effects.percussive(y, mask=True),
    "time_stretch": lambda y: spectro.effects.time_stretch(y, rate=0.7),
    "time_stretch-uncentered": lambda y: spectro.effects.time_stretch(
        y, rate=1.3, n_fft=1000, hop_length=300, center=False
    ),
    "time_stretch-fast": lambda y: spectro.effects.time_stretch(y, rate=19.0, hop_length=2048, pad_mode="reflect"),
    "pitch_shift": lambda y: spectro.effects.pitch_shift(y, sr=22050, n_steps=-2.5, scale=True),
    "pitch_shift-fft": lambda y: spectro.effects.pitch_shift(y[:80_000], sr=22050, n_steps=12, res_type="fft"),
    "decompose.hpss": lambda y: spectro.decompose.hpss(spectro.stft(y), kernel_size=(15, 31)),
    "reassigned_spectrogram": lambda y: spectro.reassigned_spectrogram(y),
    "reassigned_spectrogram-S": lambda y: spectro.reassigned_spectrogram(
        y, S=spectro.stft(y, hop_length=300, center=False), hop_length=300, center=False
    ),
    "yin": lambda y: spectro.yin(y, fmin=65, fmax=2000, pad_mode="reflect"),
    "pyin": lambda y: spectro.pyin(y[:200_000], fmin=100, fmax=400),
    "split": lambda y: spectro.effects.split(y, top_db=10),
    "mfcc": lambda y: spectro.feature.mfcc(y=y, lifter=22),
    "onset_strength": lambda y: spectro.onset.onset_strength(y=y, lag=3, detrend=True),
    "onset_strength-median": lambda y: spectro.onset.onset_strength(y=y, aggregate=np.median),
    "beat_track": lambda y: spectro.beat.beat_track(y=y, sparse=False),
    "plp": lambda y: spectro.beat.plp(y=y, win_length=40),
    "mu_compress": lambda y: spectro.mu_compress(np.stack([y, -y]).T),
    "mu_expand": lambda y: spectro.mu_expand((127 * y).astype(np.int8)),
    "delta": lambda y: spectro.feature.delta(y[:300_000].reshape(20, -1).T, axis=0, order=2),
    "delta-mirror": lambda y: spectro.feature.delta(y[:299_997].reshape(3, 3, -1), mode="mirror"),
    "delta-wrap": lambda y: spectro.feature.delta(y[:300_000].reshape(-1, 10), mode="wrap", width=3),
    "tempogram_ratio": lambda y: spectro.feature.tempogram_ratio(y=y, win_length=41),
    "tempogram_ratio-uncentered": lambda y: spectro.feature.tempogram_ratio(
        y=y, win_length=40, center=False, bpm=np.linspace(60, 200, 547)
    ),
    "tempogram_ratio-tg": lambda y: spectro.feature.tempogram_ratio(tg=np.abs(y[:250_000]).reshape(25, -1)),
}


IN_STEREO = ("chroma_stft", "piptrack", "cqt", "hpss", "time_stretch", "pitch_shift", "mfcc", "pyin")


@pytest.mark.parametrize(("name", "channels"), [*((name, 1) for name in JOINED), *((name, 2) for name in IN_STEREO)])
def test_pieces_join_to_the_whole(name, channels, monkeypatch):
    y = long_signal()
    y = y if channels == 1 else np.stack([y, y[::-1]])
    whole = JOINED[name](y)
    monkeypatch.setattr(spectro._floor.pieces, "REACHES", 3)
    monkeypatch.setattr(spectro._floor.pieces, "BLOCK", 9_000)
    for module in ("_floor.pieces", "constantq.octaves", "effects", "_mel", "_host.silence", "timescale.reassignment"):
        monkeypatch.setattr(importlib.import_module(f"spectro.{module}"), "SAMPLES", 100_000)
    for module in ("pitch.yin", "feature.rhythm", "feature.ratio", "beat"):
        monkeypatch.setattr(importlib.import_module(f"spectro.{module}"), "FRAMES", 160)
    monkeypatch.setattr(importlib.import_module("spectro._host.hidden"), "PART", 50)
    monkeypatch.setattr(importlib.import_module("spectro.timescale.stretching"), "NUMBERS", 120_000)
    spectro.clear_cache()  # of what was planned for larger pieces
    parts = JOINED[name](y)
    spectro.clear_cache()
    for part, expected in zip(*((x if isinstance(x, tuple) else (x,)) for x in (parts, whole)), strict=True):
        if device() == "cpu":
            np.testing.assert_array_equal(part, expected)
        else:  # powers are folded in another kernel where a signal is one piece
            np.testing.assert_array_equal(np.isnan(part), np.isnan(expected))
            assert_close(np.nan_to_num(part), np.nan_to_num(expected), tolerances.COMPILED)


@ON_A_CPU
@pytest.mark.parametrize("name", ["chroma_stft", "chroma_cqt", "hpss", "mfcc"])
def test_long_signals_of_mlx_stay_lazy_and_have_the_same_numbers(name, monkeypatch):
    monkeypatch.setattr(spectro._floor.pieces, "SAMPLES", 100_000)
    spectro.clear_cache()
    y = long_signal(150_000)
    lazy, seen = JOINED[name](mx.array(y)), JOINED[name](y)
    spectro.clear_cache()
    first = lazy[0] if isinstance(lazy, tuple) else lazy
    assert isinstance(first, mx.array)
    np.testing.assert_allclose(np.asarray(first), seen[0] if isinstance(seen, tuple) else seen, atol=2e-5)
