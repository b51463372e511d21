"""Several features from one pass over the frames: `spectral_features`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mlx.core as mx

from .._engine.calls import Call, planned
from .._floor.arrays import as_audio, takes_numpy
from .._floor.checks import shown
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.tracing import sized
from .._floor.types import A, Others
from .._front import Framing
from .._plans.framewise import FramewisePlan
from .._plans.reductions import Bandwidth, Centroid, Contrast, Energy, Feature, Flatness, Frequencies, Rolloff, Weighted
from ..errors import ParameterError
from ..windows.spec import WindowSpec
from ._frames import reduced
from .contrast import contrast_of
from .polynomial import degree, fit
from .waveform import row_of_frames

ArrayLike = Any
WHERE = "spectral_features"
OF_SPECTRA = ("spectral_centroid", "spectral_bandwidth", "spectral_rolloff", "spectral_flatness", "spectral_contrast")
OF_FRAMES = ("rms", "zero_crossing_rate")  # of samples, where these are given
ALL = (*OF_SPECTRA, *OF_FRAMES)


@planned("y", "S", operands=("window",))
@documented
def spectral_features(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    features: Sequence[str] | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    freq: ArrayLike = None,
    norm: bool = True,
    p: float = 2,
    roll_percent: float = 0.85,
    amin: float = 1e-10,
    power: float = 2.0,
    fmin: float = 200.0,
    n_bands: int = 6,
    quantile: float = 0.02,
    linear: bool = False,
    order: int = 1,
) -> dict[str, A]:
    """Several features of the same frames, which are looked at once.

    Each is what the function of its name gives, with the frames of all: of `y`, `rms` and `zero_crossing_rate` have
    `frame_length=n_fft`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    %(magnitudes)s
    features : sequence of str, optional
        Of 'spectral_centroid', 'spectral_bandwidth', 'spectral_rolloff', 'spectral_flatness', 'spectral_contrast',
        'poly_features', 'rms' and, of `y`, 'zero_crossing_rate'; 'centroid' is short for 'spectral_centroid', and so
        on. All but 'poly_features' by default.
    %(framing)s
    freq : array (f,), optional
        Frequency in Hz of each bin; those of the FFT by default.
    norm, p
        As for `spectral_bandwidth`.
    roll_percent : float in (0, 1)
        As for `spectral_rolloff`.
    amin, power : float > 0
        As for `spectral_flatness`.
    fmin, n_bands, quantile, linear
        As for `spectral_contrast`.
    order : int >= 0
        As for `poly_features`.

    Returns
    -------
    dict of str to array (..., rows, t) float32
        By the names that were asked for, in their order.

    Raises
    ------
    %(raises_magnitudes)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> found = spectro.feature.spectral_features(y=mx.ones(22050), sr=22050, features=("centroid", "contrast"))
    >>> {name: rows.shape for name, rows in found.items()}
    {'centroid': (1, 44), 'contrast': (7, 44)}
    """
    asked = _asked(features, S is not None)
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    makers: dict[str, Callable[[Frequencies], Feature]] = {
        "spectral_centroid": lambda f: Centroid(),
        "spectral_bandwidth": lambda f: Bandwidth.of(WHERE, p=p, norm=norm),
        "spectral_rolloff": lambda f: Rolloff.of(WHERE, roll_percent=roll_percent),
        "spectral_flatness": lambda f: Flatness.of(WHERE, amin=amin, power=power),
        "spectral_contrast": lambda f: Contrast.of(WHERE, f, sr=sr, fmin=fmin, n_bands=n_bands, quantile=quantile),
        "poly_features": lambda f: Weighted(fit(degree(WHERE, order), f)),
    }
    if S is not None:
        makers["rms"] = lambda f: Energy(max(2 * (f.hertz.size - 1), 1))
    wanted = {name: makers[name] for name in asked.values() if name in makers}
    of_frames = [name for name in asked.values() if name not in makers]
    audio = _with_samples(y) if of_frames else y
    found = _of_spectra(audio, S, framing, sr, freq, wanted, linear) if wanted else takes_numpy(lambda *arrays: {})
    calls = {name: _of_frames(name, audio, framing) for name in of_frames}

    def call(*arrays: Any) -> dict[str, Any]:
        rows = found(*arrays) | {name: rows_of(arrays[0]) for name, rows_of in calls.items()}
        return {name: rows[full] for name, full in asked.items()}

    return takes_numpy(call, found, *calls.values())  # type: ignore[return-value]


def _of_spectra(
    y: Any, S: Any, framing: Framing, sr: Any, freq: Any, wanted: dict[str, Callable[..., Feature]], linear: bool
) -> Call:
    """Plan what is kept of spectra, in one pass: rows (..., rows, t) by name."""
    kept = reduced(WHERE, y, S, framing, sr, freq, lambda f: tuple(make(f) for make in wanted.values()))
    columns, spectra = dict(zip(wanted, kept.plan.columns())), kept.spectra
    place = columns.get("spectral_contrast", slice(0, 0))
    contrast = contrast_of(Kind((*spectra.kind.shape[:-1], place.stop - place.start), mx.float32), linear)

    def call(*arrays: Any) -> dict[str, Any]:
        together = sized(WHERE, spectra.call(*arrays))  # (..., t, width)
        found = {name: together[..., place] for name, place in columns.items()}
        if "spectral_contrast" in found:
            found["spectral_contrast"] = contrast(found["spectral_contrast"])
        return {name: x.swapaxes(-1, -2) for name, x in found.items()}

    return takes_numpy(call, spectra.call, contrast)


def _with_samples(y: Any) -> Any:
    """Check audio, of at least one sample: others have no edge to repeat."""
    y = as_audio(WHERE, "y", y)
    if y.shape[-1] == 0:
        raise ParameterError(f"[{WHERE}] y must have at least one sample, got shape {tuple(y.shape)}")
    return y


def _of_frames(name: str, y: Any, framing: Framing) -> Call:
    """Plan what is kept of samples: a row (..., 1, t)."""
    crosses: dict[str, Any] = {"threshold": 1e-10} if name == "zero_crossing_rate" else {}
    pad_mode = "edge" if crosses else "constant"
    cut: dict[str, Any] = {"frame_length": framing.n_fft, "hop_length": framing.hop_length, "center": framing.center}
    return row_of_frames(WHERE, FramewisePlan.of(WHERE, y.shape[-1], pad_mode=pad_mode, **cut, **crosses), y)


def _asked(features: Any, of_magnitudes: bool) -> dict[str, str]:
    """The names that are asked for, and in full."""
    known = (*OF_SPECTRA, "poly_features", "rms", *(() if of_magnitudes else OF_FRAMES[1:]))
    if features is None:
        return {name: name for name in ALL if name in known}
    if not isinstance(features, Iterable):
        raise ParameterError(f"[{WHERE}] features must be names, got {shown(features)}")
    names = (features,) if isinstance(features, str) else tuple(features)
    full = {name: f"spectral_{name}" if f"spectral_{name}" in known else name for name in names}
    for name, of in full.items():
        if of not in known:
            raise ParameterError(f"[{WHERE}] features must be among {', '.join(known)}, got {name!r}")
    if not names:
        raise ParameterError(f"[{WHERE}] features must name at least one, got none")
    return full
