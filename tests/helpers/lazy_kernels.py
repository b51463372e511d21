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
    if sizes["EPILOGUE"] == 3:
        return features(sizes, shape, S, *table)
    S = filterbank(sizes, shape, S, *table) if table else S
    return sizes.decibels(S) - sizes["scale"] * sizes["log_of_one"] if sizes["DECIBELS"] else S


def features(sizes, shape, S, program, hertz, weights):
    bins = S.shape[-1]
    words = np.array(program).reshape(-1, 8)
    f, rows = (constant(np.array(a)) for a in (hertz[:bins], weights[: weights.size // bins * bins].reshape(-1, bins)))
    columns, total, center = {}, None, None
    for kind, column, first, last, count, power, scale, after in words[1 : 1 + words[0, 0]].tolist():
        power, scale = (float(np.array(word, np.int32).view(np.float32)) for word in (power, scale))
        other = None
        if kind == 0:
            total = S.sum(-1, keepdims=True)
            total = mx.where(mx.greater(2.0**-126, total), 1.0, total)
            own = center = (S * f).sum(-1, keepdims=True) / total
        elif kind == 1:
            own = (S * mx.abs(f - center) ** power).sum(-1, keepdims=True)
            own = (own / total if count else own) ** scale
        elif kind in (2, 3):
            P = mx.maximum(S**power, scale)
            own = 10 ** (mx.log10(P).sum(-1, keepdims=True) / bins) / (P.sum(-1, keepdims=True) / bins)
        elif kind == 4:
            alone = np.ones(bins, np.float32)
            alone[[0, -1] if count else [0]] = 0.5
            own = mx.sqrt((mx.square(S) * constant(alone)).sum(-1, keepdims=True)) * scale
        elif kind == 5:
            own, other = ((S * rows[row]).sum(-1, keepdims=True) for row in (first, last))
        elif kind == 6:
            sums = (S[..., None, :] * constant(np.tri(bins, dtype=np.float32))).sum(-1)
            reached = mx.greater((power + scale) * sums[..., -1:], sums)
            own = -mx.max(mx.where(reached, -1e30, -f), axis=-1, keepdims=True)
        else:
            band = mx.sort(S[..., first:last], axis=-1)
            own = band[..., :count].sum(-1, keepdims=True) / count
            other = band[..., last - first - count :].sum(-1, keepdims=True) / count
        columns |= {column: own, after: other}
    return mx.concatenate([columns[k] for k in range(shape[-1])], axis=-1)


def istft(sizes, shape, D, twiddles, *mask):
    n_fft = sizes["N_FFT"]
    for factors in mask:
        D, factors = (mx.concatenate([x] * (shape[0] // x.shape[0])) for x in (D, factors))
        D = D * factors
    weighted = D * sizes.weights() * n_fft
    whole = mx.concatenate([weighted, mx.conjugate(weighted[..., (n_fft - 1) // 2 : 0 : -1])], axis=-1)
    return mx.fft.ifft(whole, axis=-1).real


def istft_stream(sizes, shape, D, window, twiddles, *mask):
    return overlap(sizes, shape, istft(sizes, shape, D, twiddles, *mask), window)


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
    total = added(sizes, shape[1], cuts * window)
    if not sizes["NORMALIZE"]:
        return total
    envelope = added(sizes, shape[1], mx.broadcast_to(window * window, (1, *cuts.shape[1:])))
    covered = envelope > sizes["least"]
    return mx.where(covered, total / mx.where(covered, envelope, 1.0), 0.0)


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
    if sizes["power"] == float("inf"):
        return mx.where(mx.greater(levels, rest), 1.0, 0.0)
    peak = mx.maximum(levels, rest)
    mine, other = ((x / peak) ** sizes["power"] for x in (levels, rest))
    return mx.where(mx.greater(2.0**-126, peak), sizes["at_zero"], mine / (mine + other))


def separation(sizes, shape, spectrum, harmonic, percussive):
    estimates = (harmonic, sizes["margin"] * percussive), (percussive, sizes["margin_too"] * harmonic)
    masks = [softmask(sizes, shape, *pair) for pair in estimates]
    parts = [(mask if sizes["masks"] else spectrum * mask).reshape(shape[0], 1, -1) for mask in masks]
    return mx.concatenate(parts, axis=1).reshape(shape)


def polar(sizes, shape, points):
    size = length(points)
    return mx.where(size == 0, 1.0, points / mx.where(size == 0, 1.0, size)) if sizes["DIRECTION"] else size


def rephase(sizes, shape, estimate, earlier, levels):
    x = estimate - sizes["momentum"] * earlier
    size = length(x)
    return x * mx.where(size == 0, 0.0, levels / mx.where(size == 0, 1.0, size))


def length(D):
    return mx.sqrt(mx.square(D.real) + mx.square(D.imag))


def framewise(sizes, shape, y):
    length, hop, n = sizes["length"], sizes["hop"], y.shape[-1]
    positions = np.arange(shape[1])[:, None] * hop + np.arange(length)
    mode = sizes["pad_mode"]
    padded = np.pad(np.arange(n), sizes["pad_left"], MODES[mode], **PADDED.get(mode, {}))
    beyond = max(0, positions.max() + 1 - len(padded))  # a trial asks for frames beyond its samples
    padded = np.pad(padded, (0, beyond), "edge")
    places = padded[positions]
    cut = mx.take(mx.concatenate([y, mx.zeros((y.shape[0], 1))], axis=-1), constant(places), axis=-1)
    if not sizes["CROSSINGS"]:
        return mx.sqrt(mx.square(cut).sum(-1) / length)
    sign = -mx.greater(-sizes["threshold"], cut).astype(mx.float32)
    if not sizes["zero_is_positive"]:
        sign = sign + mx.greater(cut, sizes["threshold"]).astype(mx.float32)
    return (mx.not_equal(sign[..., 1:], sign[..., :-1]).astype(mx.float32).sum(-1) + sizes["counted"]) / length


MODES = {0: "constant", 1: "edge", 2: "reflect", 3: "symmetric"}
PADDED = {0: {"constant_values": -1}}


def first_order(sizes, shape, x, state, lost):
    n = x.shape[-1]
    response = sizes["pole"] ** np.maximum(np.subtract.outer(np.arange(n), np.arange(n)), 0.0)
    driven = np.tri(n) * response @ (sizes["gain"] * np.eye(n) + sizes["zero"] * np.eye(n, k=-1))
    y = (x[:, None, :] * constant(driven.astype(np.float32))).sum(-1)
    if not sizes["has_state"]:
        return y
    return y + state.reshape(-1, 1) * constant((sizes["pole"] ** np.arange(n)).astype(np.float32))


def reductions(sizes, shape, levels, *table):
    return features(sizes, shape, levels, *table)


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
    "separation": separation,
    "polar": polar,
    "rephase": rephase,
    "framewise": framewise,
    "first_order": first_order,
    "reductions": reductions,
    "stft": stft,
    "frames": frames,
    "flux": flux,
    "istft": istft,
    "istft_stream": istft_stream,
    "overlap": overlap,
    "filterbank": filterbank,
    "decibels": decibels,
}
