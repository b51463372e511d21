"""Stands in for `build.make` of the GPU backend with MLX's operations: as lazy as its kernels, as little mapped."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np

PAD_MODES = ("constant", "edge", "reflect", "symmetric", "linear_ramp")
# what the kernels here are made of and the backend's operations are not; `mx.vmap` leaves these alone, too
PRIMITIVES = {"ExpandDims", "Log10", "Pad"}


def constant(values):
    """The same array for the same values: a kernel builds no arrays."""
    return _constant(values.tobytes(), values.shape, values.dtype)


@functools.cache
def _constant(values, shape, dtype):
    return mx.array(np.frombuffer(values, dtype).reshape(shape))


class Sizes(dict):
    """A kernel's sizes, and what it is told at a launch."""

    def weights(self):
        """What each bin is multiplied by."""
        n = self["N_FFT"]
        edge = self.get("edge_scale") or float(str(self["EDGE_RATIO"]).rstrip("f")) * self["inner_scale"]
        values = np.full(n // 2 + 1, self["inner_scale"], np.float32)
        values[0] = edge
        if n % 2 == 0:
            values[-1] = edge
        return constant(values)

    def decibels(self, x):
        return self["scale"] * mx.log10(mx.maximum(x, self["amin"]))


def make(kernel):
    """A callable of the form that MLX's have."""
    body = BODIES[kernel.stem]

    def call(*, inputs, numbers, output_shapes, output_dtypes, **rest):
        told = zip((name for name, _ in kernel.numbers), numbers)
        out = body(Sizes([*kernel.defines, *told]), output_shapes[0], *inputs)
        assert out.shape == output_shapes[0]
        assert out.dtype == output_dtypes[0]
        strides = [int(np.prod(out.shape[axis + 1 :])) for axis in range(out.ndim)]
        return [mx.as_strided(out, out.shape, strides)]  # which has no vmap

    return call


def frames(sizes, shape, y, window):
    n_fft, hop, left, count = window.shape[0], sizes["hop"], sizes["pad_left"], shape[1]
    around = left, max(0, (count - 1) * hop + n_fft - left - y.shape[-1])
    places = constant(np.arange(count)[:, None] * hop + np.arange(n_fft))
    return mx.take(padded(PAD_MODES[sizes["pad_mode"]], y, around), places, axis=-1) * window


def padded(mode, y, around):
    if mode == "constant":
        return mx.pad(y, [(0, 0), around])
    ramp, inside, around = mode == "linear_ramp", np.arange(y.shape[-1]), (around[0],) * 2
    whole = mx.take(y, constant(np.pad(inside, around, "edge" if ramp else mode)), axis=-1)
    return whole * constant(np.pad(np.ones(len(inside), np.float32), around, mode)) if ramp else whole


def stft(sizes, shape, y, window, twiddles, *table):
    D = mx.fft.rfft(frames(sizes, shape, y, window))
    if sizes["EPILOGUE"] == 0:
        return D * sizes.weights()
    S = mx.square(D.real) + mx.square(D.imag)
    if sizes["POWER_IS"] != 2:
        positive = S > 0
        S = mx.where(positive, mx.where(positive, S, 1.0) ** (sizes["power"] / 2), 0.0)
    S = filterbank(sizes, shape, S, *table) if table else S
    return sizes.decibels(S) - sizes["scale"] * sizes["log_of_one"] if sizes["DECIBELS"] else S


def istft(sizes, shape, D, window, twiddles, *mask):
    n_fft = sizes["N_FFT"]
    for factors in mask:
        D, factors = (mx.concatenate([x] * (shape[0] // x.shape[0])) for x in (D, factors))
        D = D * factors
    weighted = D * sizes.weights() * n_fft
    whole = mx.concatenate([weighted, mx.conjugate(weighted[..., (n_fft - 1) // 2 : 0 : -1])], axis=-1)
    cuts = mx.fft.ifft(whole, axis=-1).real * window
    total = added(sizes, shape[1], cuts)
    if not sizes["NORMALIZE"]:
        return total
    envelope = added(sizes, shape[1], mx.broadcast_to(window * window, (1, D.shape[1], n_fft)))
    covered = envelope > sizes["least"]
    return mx.where(covered, total / mx.where(covered, envelope, 1.0), 0.0)


def added(sizes, length, cuts):
    """Overlap-add of (rows, frames, n_fft) from sample TRIM on."""
    n_fft, hop, frames = cuts.shape[2], sizes.get("HOP") or sizes["hop"], cuts.shape[1]
    position = np.arange(length) + (sizes["TRIM"] if "TRIM" in sizes else sizes["trim"])
    frame = position // hop - np.arange(-(-n_fft // hop))[:, None]
    offset = position - frame * hop
    inside = (frame >= 0) & (frame < frames) & (offset < n_fft)
    flat = mx.concatenate([cuts.reshape(cuts.shape[0], -1), mx.zeros((cuts.shape[0], 1))], axis=-1)
    return mx.take(flat, constant(np.where(inside, frame * n_fft + offset, frames * n_fft)), axis=-1).sum(-2)


def overlap(sizes, shape, cuts, window):
    return added(sizes, shape[1], cuts * window)


def filterbank(sizes, shape, bins, starts, counts, offsets, weights):
    rows = np.zeros((starts.size, bins.shape[-1]), np.float32)
    for row, start, count, at in zip(rows, starts.tolist(), counts.tolist(), offsets.tolist()):
        row[start : start + count] = np.array(weights)[at : at + count]
    return (bins[..., None, :] * constant(rows)).sum(-1)


def flux(sizes, shape, levels, reference):
    bands, width, lag = levels.shape[-1], sizes["width"], sizes["lag"]
    mirrored = np.pad(np.arange(bands), width, "symmetric")
    near = [constant(mirrored[width + k : width + k + bands]) for k in range(-(width // 2), width - width // 2)]
    base = functools.reduce(mx.maximum, [mx.take(reference, places, axis=-1) for places in near])
    rise = mx.maximum(levels[:, lag:] - base[:, :-lag], 0.0)
    return rise.mean(-1) if sizes["MEAN"] else rise


def decibels(sizes, shape, values, ref, *peak):
    level = sizes.decibels(values.reshape(shape)) - sizes.decibels(ref.reshape(-1, 1))
    if not sizes["CLIPPED"]:
        return level
    top = sizes.decibels(peak[0].reshape(-1, 1)) - sizes.decibels(ref.reshape(-1, 1))
    return mx.maximum(level, top - sizes["top_db"])


def softmask(sizes, shape, levels, rest):
    peak = mx.maximum(levels, rest)
    mine, other = ((x / peak) ** sizes["power"] for x in (levels, rest))
    return mx.where(mx.greater(2.0**-126, peak), sizes["at_zero"], mine / (mine + other))


def median(sizes, shape, levels):
    size, axis = sizes["SIZE"], -2 if sizes["DOWN"] else -1
    count = levels.shape[axis]
    mirrored = np.pad(np.arange(count), (size // 2, size - 1 - size // 2), "symmetric")
    near = [mx.take(levels, constant(mirrored[k : k + count]), axis=axis) for k in range(size)]
    return mx.sort(mx.stack(near), axis=0)[size // 2]


def halved(sizes, shape, samples, taps):
    return filtered(sizes["reach"], samples, taps, 2 * np.arange(shape[1]))


def doubled(sizes, shape, samples, taps):
    spread = mx.stack([samples, mx.zeros(samples.shape)], axis=-1).reshape(samples.shape[0], -1)
    return filtered(sizes["reach"], spread, taps, np.arange(shape[1]))


def filtered(reach, samples, taps, places):
    """Samples (rows, n) through a symmetric filter, at some places."""
    beyond = max(0, int(places[-1]) + 1 - samples.shape[-1])
    near = mx.take(
        mx.pad(samples, [(0, 0), (reach, reach + beyond)]),
        constant(places[:, None] + np.arange(2 * reach + 1)),
        axis=-1,
    )
    return (near * mx.concatenate([taps[reach:0:-1], taps[: reach + 1]])).sum(-1)


def wavelets(sizes, shape, bins, starts, counts, offsets, weights):
    pairs = bins.reshape(bins.shape[0], -1, 2)
    matrix = np.zeros((starts.size, pairs.shape[1], 2), np.float32)
    values = np.array(weights).reshape(-1, 2)
    for row, start, count, at in zip(matrix, starts.tolist(), counts.tolist(), offsets.tolist()):
        row[start : start + count] = values[at : at + count]
    x, y = pairs[:, None, :, 0], pairs[:, None, :, 1]
    u, v = (constant(np.ascontiguousarray(matrix[..., part])) for part in (0, 1))
    return mx.stack([(x * u - y * v).sum(-1), (x * v + y * u).sum(-1)], axis=-1).reshape(shape)


BODIES = {
    "doubled": doubled,
    "halved": halved,
    "wavelets": wavelets,
    "median": median,
    "softmask": softmask,
    "stft": stft,
    "frames": frames,
    "flux": flux,
    "istft": istft,
    "istft_stream": istft,
    "overlap": overlap,
    "filterbank": filterbank,
    "decibels": decibels,
}
