"""The GPU backend against its peers, in one process: `python -m benchmarks gpu`.

Throughput: many calls, one synchronisation, inputs on the device. An answer is checked in float64 before it is timed,
and a wrong one has no speed.
"""

from __future__ import annotations

import contextlib
import importlib
import statistics
import time
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

import spectro

SHAPES = (
    (16, 1_300_000, 2048, 512),
    (8, 480_000, 1024, 256),
    (4, 1_300_000, 1024, 256),
    (8, 160_000, 1024, 256),
    (4, 160_000, 1024, 256),
    (1, 661_500, 2048, 512),
)
SR, N_MELS = 16000, 128
CALLS, TOGETHER, REPEATS = 40, 8, 5
ACCURACY = 3e-5  # of the peak, against float64: what torchaudio's float32 filterbank reaches; our tests ask 1e-6


class Table:
    """Rows of times; a row shows each peer's time over ours."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def add(self, op: str, shape: tuple[int, ...], times: dict[str, float | None], floor: float) -> None:
        ours = times["spectro"]
        parts = [f"{op:10s} {'x'.join(map(str, shape)):22s}"]
        if ours is None:
            parts.append("spectro WRONG")
        else:
            parts.append(f"spectro {ours:8.4f} ms  {ours / floor:5.2f} x floor ")
        for name, t in times.items():
            if name != "spectro":
                parts.append(f"{name} " + ("-" if t is None else f"{t:.4f}" + (f" ({t / ours:.2f}x)" if ours else "")))
        self.rows.append("  ".join(parts))
        print(self.rows[-1], flush=True)


def clock(run: Callable[[], Any], finish: Callable[[Any], None]) -> float:
    """Milliseconds of one call, of many that are waited for together: the median of several rounds."""
    for _ in range(3):
        finish(run())
    rounds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        for _ in range(CALLS // TOGETHER):
            last = [run() for _ in range(TOGETHER)]
            if isinstance(last[0], mx.array):
                mx.async_eval(last)  # lazy calls begin here, torch's have begun
        finish(last)
        rounds.append((time.perf_counter() - begin) / CALLS * 1e3)
    return statistics.median(rounds)


def latency(run: Callable[[], Any]) -> float:
    """Milliseconds of one call that is waited for."""
    mx.eval(run())
    rounds = []
    for _ in range(30):
        start = time.perf_counter()
        mx.eval(run())
        rounds.append((time.perf_counter() - start) * 1e3)
    return statistics.median(rounds)


def checked(run: Callable[[], Any], finish: Callable, to_numpy: Callable, expected: np.ndarray) -> float | None:
    """The time of a function whose first row is right."""
    got = to_numpy(run())
    error = np.abs(got - expected).max() / np.abs(expected).max()
    if not error <= ACCURACY:
        print(f"  wrong: {error:.1e} of the peak")
        return None
    return clock(run, finish)


class Mlx:
    """Our functions and MLX's own transforms."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        self.y, self.n_fft, self.hop = mx.array(y), n_fft, hop
        self.window = spectro.get_window("hann", n_fft)
        self.D = spectro.stft(self.y, n_fft=n_fft, hop_length=hop)
        self.cotangent = mx.random.normal(self.y.shape)
        mx.eval(self.y, self.window, self.D, self.cotangent)

    @staticmethod
    def finish(results: Any) -> None:
        mx.eval(results)

    @staticmethod
    def first(result: mx.array) -> np.ndarray:
        return np.array(result[:1])

    def stft(self) -> mx.array:
        return spectro.stft(self.y, n_fft=self.n_fft, hop_length=self.hop)

    def istft(self) -> mx.array:
        return spectro.istft(self.D, n_fft=self.n_fft, hop_length=self.hop, length=self.y.shape[-1])

    def mel(self) -> mx.array:
        return spectro.melspectrogram(
            y=self.y, sr=SR, n_fft=self.n_fft, hop_length=self.hop, n_mels=N_MELS, htk=True, norm=None
        )

    def gradient(self) -> mx.array:
        def loss(y: mx.array) -> mx.array:
            D = spectro.stft(y, n_fft=self.n_fft, hop_length=self.hop)
            back = spectro.istft(D, n_fft=self.n_fft, hop_length=self.hop, length=y.shape[-1])
            return (back * self.cotangent).sum()

        return mx.grad(loss)(self.y)

    def fft_stft(self) -> mx.array:
        padded = mx.pad(self.y, [(0, 0), (self.n_fft // 2, self.n_fft // 2)])
        frames = 1 + (padded.shape[1] - self.n_fft) // self.hop
        strides = (padded.shape[1], self.hop, 1)
        cut = mx.as_strided(padded, (padded.shape[0], frames, self.n_fft), strides)
        return mx.fft.rfft(cut * self.window).swapaxes(1, 2)


class Torch:
    """torch and torchaudio on the same device."""

    def __init__(self, y: np.ndarray, n_fft: int, hop: int) -> None:
        self.torch = torch = importlib.import_module("torch")
        self.device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        self.y, self.n_fft, self.hop = torch.tensor(y, device=self.device), n_fft, hop
        self.window = torch.hann_window(n_fft, device=self.device)
        self.D = self.stft()
        self.cotangent = torch.randn(self.y.shape, device=self.device)
        self.transform = None
        with contextlib.suppress(ImportError):
            transforms = importlib.import_module("torchaudio").transforms
            options = {"n_fft": n_fft, "hop_length": hop, "n_mels": N_MELS, "pad_mode": "constant"}
            self.transform = transforms.MelSpectrogram(SR, **options).to(self.device)

    def finish(self, _: Any) -> None:
        getattr(self.torch, self.device).synchronize()

    @staticmethod
    def first(result: Any) -> np.ndarray:
        return result[:1].detach().cpu().numpy()

    def stft(self, y: Any = None) -> Any:
        options = {"window": self.window, "pad_mode": "constant", "return_complex": True}
        return self.torch.stft(self.y if y is None else y, self.n_fft, self.hop, **options)

    def istft(self, D: Any = None) -> Any:
        D = self.D if D is None else D
        return self.torch.istft(D, self.n_fft, self.hop, window=self.window, length=self.y.shape[-1])

    def mel(self) -> Any:
        return self.transform(self.y)

    def gradient(self) -> Any:
        y = self.y.detach().requires_grad_()
        return self.torch.autograd.grad(self.istft(self.stft(y)), y, self.cotangent)[0]


def answers(y: np.ndarray, n_fft: int, hop: int) -> dict[str, np.ndarray]:
    """The first signal's spectrum and mel powers in float64."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    padded = np.pad(y[:1].astype(np.float64), [(0, 0), (n_fft // 2, n_fft // 2)])
    D = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, n_fft, axis=-1)[:, ::hop] * window)
    bank = np.array(spectro.filters.mel(sr=SR, n_fft=n_fft, n_mels=N_MELS, htk=True, norm=None)).astype(np.float64)
    return {"stft": D.swapaxes(1, 2), "mel": (np.abs(D) ** 2 @ bank.T).swapaxes(1, 2), "istft": y[:1]}


def floors(shape: tuple[int, ...], bandwidth: float) -> dict[str, float]:
    """Milliseconds that the bytes of each operation need at the copy speed."""
    batch, n, n_fft, hop = shape
    frames = 1 + n // hop
    signal, spectrum, bands = (4 * batch * n, 8 * batch * frames * (n_fft // 2 + 1), 4 * batch * frames * N_MELS)
    moved = {"stft": signal + spectrum, "istft": signal + spectrum, "mel": signal + bands}
    moved["gradient"] = 4 * spectrum + 4 * signal
    return {op: count / bandwidth * 1e3 for op, count in moved.items()}


def copy_speed() -> float:
    """Bytes read and written per second by the device's own addition of one."""
    x = mx.zeros(2**27)
    mx.eval(x)
    return 2 * x.nbytes / clock(lambda: x + 1, mx.eval) * 1e3


def measure(shape: tuple[int, ...], bandwidth: float, table: Table) -> None:
    """One shape, all operations."""
    batch, n, n_fft, hop = shape
    y = np.random.default_rng(0).standard_normal((batch, n)).astype(np.float32)
    expected, floor = answers(y, n_fft, hop), floors(shape, bandwidth)
    ours, peer = Mlx(y, n_fft, hop), None
    with contextlib.suppress(ImportError):
        peer = Torch(y, n_fft, hop)
    for op in ("stft", "istft", "mel"):
        times = {"spectro": checked(getattr(ours, op), ours.finish, ours.first, expected[op])}
        if peer is not None and (op != "mel" or peer.transform is not None):
            name = "torchaudio" if op == "mel" else "torch"
            times[name] = checked(getattr(peer, op), peer.finish, peer.first, expected[op])
        if op == "stft":
            times["mx.fft"] = checked(ours.fft_stft, ours.finish, ours.first, expected[op])
        times |= reference(getattr(ours, op), ours)
        table.add(op, shape, times, floor[op])
    theirs = None if peer is None else clock(peer.gradient, peer.finish)
    times = {"spectro": clock(ours.gradient, ours.finish), "torch": theirs, **reference(ours.gradient, ours)}
    table.add("round trip", shape, times, floor["gradient"])
    print(f"           one stft, waited for: {latency(ours.stft):.4f} ms", flush=True)


def reference(run: Callable[[], Any], ours: Mlx) -> dict[str, float | None]:
    """The same call on the reference backend: what MLX's own operations take, where they can."""
    try:
        with spectro.use_backend("reference"):
            return {"reference": clock(run, ours.finish)}
    except RuntimeError:
        return {"reference": None}


def main() -> None:
    """Print the tables."""
    bandwidth = copy_speed()
    print(f"MLX {mx.__version__} on {mx.default_device()}; copy {bandwidth / 1e9:.0f} GB/s; throughput in ms a call")
    table = Table()
    for shape in SHAPES:
        measure(shape, bandwidth, table)


if __name__ == "__main__":
    main()
