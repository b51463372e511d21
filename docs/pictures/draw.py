"""The pictures of the API pages: python docs/pictures/draw.py [name ...] draws these, or all, into docs/images/api.

`PICTURES` has one drawing for each function that has something to show. The files are SVG that a page holds itself, so
that the page says what the colors are: `custom.css` has those of light and of dark ones. They are kept in the
repository, because all of them take a minute or two to draw.
"""

from __future__ import annotations

import base64
import functools
import io
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from scipy.ndimage import median_filter
from scipy.signal import sosfreqz

import spectro
from spectro.display import multiplot, specshow, wavebars, wavef0, waveshow

FOLDER = Path(__file__).parents[1] / "images" / "api"
SR = 22050
COLORS = {
    "ink": "#22223b",
    "faint": "#8b8ba7",
    "blue": "#4f5d95",
    "red": "#d1495b",
    "green": "#0b7a75",
    "ochre": "#b3730a",
}
INK, FAINT, BLUE, RED, GREEN, OCHRE = COLORS.values()
OVER = "#7fffd4"  # what lies over a spectrogram
STYLE = {
    **dict.fromkeys(("axes.labelcolor", "axes.titlecolor", "text.color", "xtick.color", "ytick.color"), INK),
    "axes.edgecolor": FAINT,
    "axes.labelsize": 10,
    "axes.prop_cycle": matplotlib.cycler(color=(BLUE, RED, GREEN, OCHRE)),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.dpi": 90,
    "font.size": 9.5,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "savefig.transparent": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "spectro",
}
PICTURES: dict[str, Callable[..., Any]] = {}


def main(names: list[str]) -> None:
    """Draw these pictures, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        (FOLDER / f"{name}.svg").write_text(drawn(name), encoding="utf-8")
        print(name, flush=True)


def drawn(name: str) -> str:
    """Draw the picture of a function, as SVG."""
    out = io.StringIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of functions that are shown at their limits
        figure = Figure(layout="constrained")
        PICTURES[name](figure)
        square = sum(axes.get_aspect() == 1 for axes in figure.axes) == 1 and rows_of(figure) == 1
        figure.set_size_inches(*((4, 3.4) if square else (6.2, 0.6 + 2.0 * rows_of(figure))))
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return compact(out.getvalue())


def compact(svg: str) -> str:
    """Leave out what a page needs not: the head, digits that nobody sees, PNG where WebP is a tenth of it."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r" *<metadata>.*?</metadata>\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r"data:image/png;base64,([^\"]+)", lambda found: as_webp(found[1]), svg)
    svg = re.sub(r"(?<=[ \"(-])\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    for color, light in COLORS.items():
        svg = svg.replace(light, f"var(--picture-{color}, {light})")
    return svg


def as_webp(png: str) -> str:
    """A picture in base64 in a smaller format."""
    out = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(png))).save(out, "WEBP", quality=30, method=6)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()


def rows_of(figure: Figure) -> int:
    """Rows of panels in a figure."""
    return max(axes.get_subplotspec().get_gridspec().nrows for axes in figure.axes if axes.get_subplotspec())


def draws(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a drawing for functions; one for several gets the name, too."""

    def register(drawing: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            PICTURES[name] = drawing if len(names) == 1 else functools.partial(drawing, name=name)
        return drawing

    return register


def called(name: str) -> Callable[..., Any]:
    """The function of a name."""
    return functools.reduce(getattr, name.split("."), spectro)


# What drawings are made of


@functools.cache
def clip(name: str, seconds: float = 5.0, start: float = 0.0) -> np.ndarray:
    """A piece of an example sound."""
    return spectro.load(spectro.ex(name), offset=start, duration=seconds)[0]


@functools.cache
def mel(name: str, seconds: float = 5.0) -> np.ndarray:
    """A mel spectrogram."""
    return spectro.melspectrogram(y=clip(name, seconds), sr=SR)


@functools.cache
def chroma(name: str, seconds: float = 5.0) -> np.ndarray:
    """Chroma features with long hops, for pictures of structure and alignment."""
    return spectro.feature.chroma_stft(y=clip(name, seconds), sr=SR, hop_length=2048, n_fft=4096)


def level(D: np.ndarray) -> np.ndarray:
    """Decibels below the maximum of a spectrum."""
    return spectro.amplitude_to_db(np.abs(D), ref=np.max)


def panels(figure: Figure, *titles: str, **shared: Any) -> list[Axes]:
    """Panels one below the other."""
    every = figure.subplots(len(titles), 1, squeeze=False, **shared)[:, 0]
    for axes, title in zip(every, titles):
        axes.set_title(title)
    return list(every)


def image(axes: Axes, data: np.ndarray, label: str = "", colorbar: bool = True, **options: Any) -> None:
    """A matrix, with its units."""
    mesh = specshow(np.asarray(data), ax=axes, rasterized=True, **{"x_axis": "time", **options})
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    if colorbar:
        bar = axes.figure.colorbar(mesh, ax=axes, label=label, pad=0.02)
        bar.outline.set_visible(False)
    axes.label_outer()


def spectrum(axes: Axes, y: np.ndarray, colorbar: bool = True, y_axis: str = "log", **options: Any) -> None:
    """The spectrogram of a signal, in decibels."""
    image(axes, level(spectro.stft(y)), "dB", colorbar, y_axis=y_axis, **options)


def wave(axes: Axes, y: np.ndarray, **options: Any) -> None:
    """A signal over seconds."""
    waveshow(y, sr=SR, ax=axes, max_points=500, **{"color": BLUE, **options})
    axes.set_ylabel("amplitude")
    axes.label_outer()


def curve(axes: Axes, x: Any, curves: dict[str, Any], xlabel: str, ylabel: str, *marks: Any, **options: Any) -> None:
    """Curves over one axis; a name that is empty stays out of the legend."""
    for name, y in curves.items():
        axes.plot(x, y, *marks, label=name or None, **options)
    if any(curves):
        legend(axes)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.label_outer()


def legend(axes: Axes) -> None:
    """Name the curves to the right of the title, where none of them goes."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, borderaxespad=0.1, handlelength=1.2, columnspacing=1)


def seconds(frames: int, hop_length: int = 512) -> np.ndarray:
    """Times of frames."""
    return spectro.frames_to_time(np.arange(frames), sr=SR, hop_length=hop_length)


def over_time(axes: Axes, values: np.ndarray, ylabel: str, **options: Any) -> None:
    """A feature over seconds."""
    axes.plot(seconds(values.shape[-1]), values, **options)
    axes.set(xlabel="Time", ylabel=ylabel)
    axes.label_outer()


def before_and_after(figure: Figure, titles: tuple[str, str], *signals: np.ndarray) -> None:
    """The spectrograms of two signals, on one time axis."""
    for axes, y in zip(panels(figure, *titles, sharex=True), signals):
        spectrum(axes, y)


# Loading and signals


@draws("load")
def _(figure):
    (axes,) = panels(figure, 'load(ex("demo"))')
    wave(axes, clip("demo", 8))


@draws("to_mono")
def _(figure):
    y = spectro.load(spectro.ex("trumpet", hq=True), sr=None, mono=False, offset=0.5, duration=0.008)[0]
    (axes,) = panels(figure, "Two channels and their mean")
    t = np.arange(y.shape[1]) / 44.1
    curve(axes, t, {"left": y[0], "right": y[1], "to_mono(y)": spectro.to_mono(y)}, "Time (ms)", "amplitude")


@draws("resample")
def _(figure):
    y = np.sin(2 * np.pi * 700 * np.arange(800) / 4000).astype(np.float32)
    up = spectro.resample(y, orig_sr=4000, target_sr=22050)
    (axes,) = panels(figure, "4000 Hz to 22050 Hz")
    axes.plot(np.arange(400, 432) / 4, y[400:432], "o", color=RED, label="y, 4000 Hz")
    axes.plot(np.arange(2205, 2382) / 22.05, up[2205:2382], "-", label="resample(y), 22050 Hz")
    axes.set(xlabel="Time (ms)", ylabel="amplitude")
    legend(axes)


@draws("autocorrelate")
def _(figure):
    y = clip("trumpet", 0.2, 0.6)
    r = spectro.autocorrelate(y, max_size=600)
    (axes,) = panels(figure, "The first high peak is the period of the note")
    curve(axes, np.arange(600) / SR * 1000, {"": r / r[0]}, "Lag (ms)", "relative to lag 0")


@draws("lpc")
def _(figure):
    y = clip("libri1", 0.05, 0.45)
    a = spectro.lpc(y, order=16)
    f = spectro.fft_frequencies(sr=SR, n_fft=2048)
    power = np.abs(np.fft.rfft(y * np.hanning(len(y)), 2048))
    envelope = 1 / np.abs(np.fft.rfft(a, 2048))
    (axes,) = panels(figure, "A vowel, and the filter of order 16 behind it")
    both = {"spectrum": level(power), "1 / |lpc(y)|": level(envelope)}
    curve(axes, f, both, "Frequency (Hz)", "dB")
    axes.set(ylim=(-80, 5), xlim=(0, 8000))


@draws("zero_crossings")
def _(figure):
    y = clip("trumpet", 0.012, 1.1)
    at = np.flatnonzero(spectro.zero_crossings(y))
    (axes,) = panels(figure, "Where the sign changes")
    t = np.arange(len(y)) / SR * 1000
    axes.axhline(0, color=FAINT, linewidth=0.8)
    curve(axes, t, {"": y}, "Time (ms)", "amplitude")
    axes.plot(t[at], y[at], "o", color=RED)


@draws("mu_compress", "mu_expand")
def _(figure, name):
    x = np.linspace(-1, 1, 401)
    (axes,) = panels(figure, name + "(x, quantize=False)")
    curves = {f"mu = {mu}": called(name)(x, mu=mu, quantize=False) for mu in (7, 255)}
    curve(axes, x, {**curves, "linear": x}, "x", "result")


@draws("tone")
def _(figure):
    (axes,) = panels(figure, "tone(440, length=300)")
    curve(axes, np.arange(300) / SR * 1000, {"": spectro.tone(440, sr=SR, length=300)}, "Time (ms)", "amplitude")


@draws("chirp")
def _(figure):
    exponential, linear = (spectro.chirp(fmin=110, fmax=7000, sr=SR, duration=3, linear=k) for k in (False, True))
    before_and_after(figure, ("Exponential", "Linear"), exponential, linear)


@draws("clicks")
def _(figure):
    beats = spectro.beat.beat_track(y=clip("choice"), sr=SR, units="time")[1]
    tops = panels(figure, "A rhythm", "clicks at its beats", sharex=True)
    wave(tops[0], clip("choice"))
    wave(tops[1], spectro.clicks(times=beats, sr=SR, length=5 * SR), color=RED)


# Spectra, phases, levels


@draws("stft")
def _(figure):
    (axes,) = panels(figure, "abs(stft(y)) in decibels")
    spectrum(axes, clip("trumpet"))


@draws("istft")
def _(figure):
    D = spectro.stft(clip("trumpet"))
    low = (spectro.fft_frequencies(sr=SR, n_fft=2048) < 700)[:, None].astype(np.float32)
    whole, part = spectro.istft(D), spectro.istft(D, mask=low)
    before_and_after(figure, ("istft(D)", "istft(D, mask=below_700_hz)"), whole, part)


@draws("magphase")
def _(figure):
    S, P = spectro.magphase(spectro.stft(clip("trumpet", 1.0, 0.5), hop_length=64))
    tops = panels(figure, "Magnitude", "Angle of the phase", sharex=True)
    options = {"y_axis": "linear", "hop_length": 64}
    image(tops[0], level(S), "dB", **options)
    image(tops[1], np.angle(P), "radians", cmap="twilight", **options)
    for axes in tops:
        axes.set_ylim(0, 3000)


@draws("spectrogram")
def _(figure):
    (axes,) = panels(figure, "spectrogram(y=y, power=2) in decibels")
    S = spectro.spectrogram(y=clip("trumpet"), power=2)
    image(axes, spectro.power_to_db(S, ref=np.max), "dB", y_axis="log")


@draws("griffinlim")
def _(figure):
    y = clip("trumpet")
    again = spectro.griffinlim(np.abs(spectro.stft(y)), random_state=0)
    before_and_after(figure, ("y", "griffinlim(abs(stft(y)))"), y, again)


@draws("power_to_db")
def _(figure):
    S = mel("trumpet")
    tops = panels(figure, "Power", "power_to_db(S, ref=np.max)", sharex=True)
    image(tops[0], S, "power", y_axis="mel", sr=SR)
    image(tops[1], spectro.power_to_db(S, ref=np.max), "dB", y_axis="mel", sr=SR)


@draws("amplitude_to_db")
def _(figure):
    S = np.abs(spectro.stft(clip("trumpet")))
    tops = panels(figure, "Amplitude", "amplitude_to_db(S, ref=np.max)", sharex=True)
    image(tops[0], S, "amplitude", y_axis="log")
    image(tops[1], spectro.amplitude_to_db(S, ref=np.max), "dB", y_axis="log")


@draws("db_to_power", "db_to_amplitude")
def _(figure, name):
    (axes,) = panels(figure, name)
    x = np.linspace(-30, 10, 200)
    curve(axes, x, {"": called(name)(x)}, "dB", name.removeprefix("db_to_"))


@draws("pcen")
def _(figure):
    S = mel("libri1")
    tops = panels(figure, "Mel spectrogram in decibels", "pcen(S * 2**31)", sharex=True)
    image(tops[0], spectro.power_to_db(S, ref=np.max), "dB", y_axis="mel", sr=SR)
    image(tops[1], spectro.pcen(S * 2**31, sr=SR), "PCEN", y_axis="mel", sr=SR)


@draws("perceptual_weighting")
def _(figure):
    S, f = mel("trumpet"), spectro.mel_frequencies(128, fmax=SR / 2)
    tops = panels(figure, "Decibels", "perceptual_weighting(S, f)", sharex=True)
    image(tops[0], spectro.power_to_db(S, ref=np.max), "dB", y_axis="mel", sr=SR)
    image(tops[1], spectro.perceptual_weighting(S, f, ref=np.max), "dB(A)", y_axis="mel", sr=SR, vmin=-80)


@draws(*(f"{kind}_weighting" for kind in "ABCDZ"), "frequency_weighting", "multi_frequency_weighting")
def _(figure, name):
    (axes,) = panels(figure, "Gain over frequency")
    f = np.geomspace(10, 20000, 400)
    for kind in "ABCDZ":
        chosen = name.startswith(kind) or len(name) > 12
        color = {} if len(name) > 12 and kind != "Z" else {"color": RED if chosen and len(name) < 13 else FAINT}
        axes.plot(f, called(f"{kind}_weighting")(f, min_db=None), label=kind, alpha=1 if chosen else 0.5, **color)
    axes.set(xscale="log", ylim=(-60, 15), xlabel="Frequency (Hz)", ylabel="dB")
    if len(name) > 12:
        legend(axes)


# Units


@draws("hz_to_mel", "mel_to_hz")
def _(figure, name):
    (axes,) = panels(figure, name)
    hz = name.startswith("hz")
    x = np.linspace(0, 8000 if hz else 45, 400)
    labels = ("Frequency (Hz)", "mel (Slaney)") if hz else ("mel (Slaney)", "Frequency (Hz)")
    curve(axes, x, {"": called(name)(x)}, *labels)
    if hz:
        other = axes.twinx()
        other.plot(x, spectro.hz_to_mel(x, htk=True), color=RED)
        other.set_ylabel("mel (htk=True)", color=RED)


@draws("hz_to_midi", "hz_to_octs", "midi_to_hz", "octs_to_hz")
def _(figure, name):
    (axes,) = panels(figure, name)
    of_hz = name.startswith("hz")
    unit = "MIDI note" if "midi" in name else "octave"
    x = np.geomspace(27.5, 4186, 200) if of_hz else np.linspace(*((21, 108) if "midi" in name else (0, 8)), 200)
    curve(axes, x, {"": called(name)(x)}, *(("Frequency (Hz)", unit) if of_hz else (unit, "Frequency (Hz)")))
    (axes.set_xscale if of_hz else axes.set_yscale)("log")


@draws("mel_frequencies", "cqt_frequencies", "fft_frequencies", "tempo_frequencies", "fourier_tempo_frequencies")
def _(figure, name):
    calls = {
        "mel_frequencies": "mel_frequencies(40)",
        "cqt_frequencies": "cqt_frequencies(60, fmin=65.4)",
        "fft_frequencies": "fft_frequencies(n_fft=64)",
        "tempo_frequencies": "tempo_frequencies(64)[1:]",
        "fourier_tempo_frequencies": "fourier_tempo_frequencies(win_length=64)",
    }
    values = eval(calls[name], vars(spectro) | {name: called(name)})
    (axes,) = panels(figure, calls[name])
    curve(
        axes,
        np.arange(len(values)),
        {"": values},
        "bin",
        "beats per minute" if "tempo" in name else "Hz",
        "o",
        markersize=3,
    )


@draws("interval_frequencies", "pythagorean_intervals", "plimit_intervals")
def _(figure, name):
    (axes,) = panels(figure, "Away from equal temperament")
    if name == "interval_frequencies":
        kinds = {
            kind: spectro.interval_frequencies(12, fmin=1, intervals=kind)
            for kind in ("pythagorean", "ji3", "ji5", "ji7")
        }
    elif name == "plimit_intervals":
        kinds = {f"primes {p}": spectro.plimit_intervals(primes=p) for p in ([3], [3, 5], [3, 5, 7])}
    else:
        kinds = {"pythagorean": spectro.pythagorean_intervals()}
    cents = {kind: 1200 * np.log2(ratios) - 100 * np.arange(12) for kind, ratios in kinds.items()}
    curve(axes, np.arange(12), cents, "semitone", "cents", "o-")


# Constant Q


@draws("cqt", "vqt", "pseudo_cqt", "hybrid_cqt")
def _(figure, name):
    (axes,) = panels(figure, f"abs({name}(y)) in decibels")
    image(axes, level(called(name)(clip("trumpet"), sr=SR)), "dB", y_axis="cqt_note", sr=SR)


@draws("icqt", "griffinlim_cqt")
def _(figure, name):
    C = spectro.cqt(clip("trumpet"), sr=SR)
    again = spectro.icqt(C, sr=SR) if name == "icqt" else spectro.griffinlim_cqt(np.abs(C), sr=SR, random_state=0)
    before_and_after(
        figure, ("y", "icqt(cqt(y))" if name == "icqt" else "griffinlim_cqt(abs(cqt(y)))"), clip("trumpet"), again
    )


# Pitch


@draws("piptrack")
def _(figure):
    pitches, magnitudes = spectro.piptrack(y=clip("trumpet"), sr=SR, fmax=2000)
    (axes,) = panels(figure, "Peaks of the spectrum")
    spectrum(axes, clip("trumpet"))
    bins, frames = np.nonzero(magnitudes > 0.1 * magnitudes.max())
    axes.plot(
        seconds(pitches.shape[1])[frames], pitches[bins, frames], ".", color=OVER, markersize=2.5, rasterized=True
    )


@draws("estimate_tuning", "pitch_tuning")
def _(figure, name):
    y = spectro.effects.pitch_shift(clip("trumpet"), sr=SR, n_steps=0.3)
    pitches, magnitudes = spectro.piptrack(y=y, sr=SR)
    found = pitches[(magnitudes > np.median(magnitudes[magnitudes > 0])) & (pitches > 0)]
    off = (spectro.hz_to_midi(found) + 0.5) % 1 - 0.5
    (axes,) = panels(figure, f"A sound that is 30 cents sharp: {spectro.pitch_tuning(found):.2f} semitones")
    axes.hist(100 * off, bins=50, color=BLUE)
    axes.axvline(100 * spectro.pitch_tuning(found), color=RED)
    axes.set(xlabel="away from the nearest note (cents)", ylabel="peaks")


@draws("yin", "pyin")
def _(figure, name):
    y, limits = clip("libri3"), {"fmin": 100, "fmax": 500, "sr": SR}
    f0 = spectro.yin(y, **limits) if name == "yin" else spectro.pyin(y, **limits)[0]
    (axes,) = panels(figure, f"{name}(y, fmin=100, fmax=500)")
    spectrum(axes, y)
    axes.plot(seconds(len(f0)), f0, color=OVER, linewidth=2)


@draws("interp_harmonics")
def _(figure):
    S = np.abs(spectro.stft(clip("trumpet")))[:, 40]
    f = spectro.fft_frequencies(sr=SR, n_fft=2048)
    H = spectro.interp_harmonics(S, freqs=f, harmonics=[1, 2, 3], axis=0)
    (axes,) = panels(figure, "One frame at f, 2 f and 3 f")
    curve(axes, f, {f"at {k} f": level(row) for k, row in enumerate(H, 1)}, "f (Hz)", "dB")
    axes.set(xlim=(0, 2000), ylim=(-80, 5))


@draws("f0_harmonics")
def _(figure):
    y = clip("trumpet")
    f0 = spectro.yin(y, fmin=150, fmax=800, sr=SR)
    S = np.abs(spectro.stft(y))
    H = spectro.f0_harmonics(S, f0=f0, freqs=spectro.fft_frequencies(sr=SR, n_fft=2048), harmonics=np.arange(1, 13))
    (axes,) = panels(figure, "Levels of the harmonics of a melody")
    image(axes, level(H), "dB", y_coords=np.arange(1, 13))
    axes.set(ylabel="harmonic", yticks=range(1, 13, 2))


@draws("salience")
def _(figure):
    S = np.abs(spectro.stft(clip("trumpet")))
    f = spectro.fft_frequencies(sr=SR, n_fft=2048)
    found = spectro.salience(S, freqs=f, harmonics=[1, 2, 3, 4], fill_value=0)
    (axes,) = panels(figure, "salience(S, freqs=f, harmonics=[1, 2, 3, 4])")
    image(axes, level(found), "dB", y_axis="log")


@draws("phase_vocoder", "effects.time_stretch")
def _(figure, name):
    y = clip("trumpet")
    fast = spectro.effects.time_stretch(y, rate=2.0)
    before_and_after(figure, ("y", f"{name.split('.')[-1]} with rate=2"), y, fast)


@draws("reassigned_spectrogram")
def _(figure):
    y = clip("trumpet", 2.0)
    freqs, times, mags = spectro.reassigned_spectrogram(y, sr=SR)
    tops = panels(figure, "Spectrogram", "Each point where its energy is", sharex=True, sharey=True)
    spectrum(tops[0], y, y_axis="linear")
    db = level(mags)
    near = np.isfinite(freqs) & (db > -60) & (freqs < 3000)
    drawn = tops[1].scatter(times[near], freqs[near], c=db[near], s=2, cmap="magma", vmin=-80, rasterized=True)
    figure.colorbar(drawn, ax=tops[1], label="dB", pad=0.02).outline.set_visible(False)
    tops[1].set(xlabel="Time", ylabel="Hz", ylim=(0, 3000))


@draws("iirt")
def _(figure):
    (axes,) = panels(figure, "Power of each semitone")
    S = spectro.iirt(clip("trumpet"), sr=SR)
    image(axes, level(S), "dB", y_axis="cqt_hz", fmin=spectro.midi_to_hz(24))


@draws("fmt")
def _(figure):
    y = np.exp(-(np.linspace(-3, 3, 400) ** 2)) * np.sin(np.linspace(0, 40, 400))
    slow = np.interp(np.linspace(0, 399, 800), np.arange(400), y)
    (axes,) = panels(figure, "A signal, and the same at half the speed")
    both = {"y": np.abs(spectro.fmt(y, n_fmt=512)), "slower": np.abs(spectro.fmt(slow, n_fmt=512))}
    axes.set_xlim(0, 100)
    curve(axes, np.arange(257), {k: v / v.max() for k, v in both.items()}, "scale bin", "magnitude")


# Features


@draws("melspectrogram")
def _(figure):
    (axes,) = panels(figure, "melspectrogram(y=y) in decibels")
    image(axes, spectro.power_to_db(mel("trumpet"), ref=np.max), "dB", y_axis="mel", sr=SR)


@draws("mfcc")
def _(figure):
    (axes,) = panels(figure, "mfcc(y=y)[1:]")
    image(axes, spectro.mfcc(y=clip("libri1"), sr=SR)[1:], "coefficient")
    axes.set_ylabel("MFCC 1 to 19")


@draws("feature.chroma_stft", "feature.chroma_cqt", "feature.chroma_vqt", "feature.chroma_cens")
def _(figure, name):
    (axes,) = panels(figure, name.split(".")[1] + "(y=y)")
    options = {"intervals": "ji5"} if name.endswith("vqt") else {}
    image(axes, called(name)(y=clip("trumpet"), sr=SR, **options), "chroma", y_axis="chroma")


@draws("feature.tonnetz")
def _(figure):
    (axes,) = panels(figure, "tonnetz(y=y)")
    image(axes, spectro.feature.tonnetz(y=clip("trumpet"), sr=SR), "position", y_axis="tonnetz")


@draws("feature.spectral_centroid", "feature.spectral_rolloff")
def _(figure, name):
    (axes,) = panels(figure, f"{name.split('.')[1]} over the spectrogram")
    spectrum(axes, clip("libri1"))
    values = called(name)(y=clip("libri1"), sr=SR)[0]
    axes.plot(seconds(len(values)), values, color=OVER)


@draws("feature.spectral_bandwidth")
def _(figure):
    y = clip("libri1")
    center, width = (f(y=y, sr=SR)[0] for f in (spectro.feature.spectral_centroid, spectro.feature.spectral_bandwidth))
    (axes,) = panels(figure, "Centroid, and the bandwidth around it")
    spectrum(axes, y, y_axis="linear")
    axes.fill_between(
        seconds(len(center)), np.maximum(0, center - width), center + width, color=OVER, alpha=0.4, linewidth=0
    )
    axes.plot(seconds(len(center)), center, color=OVER)


@draws("feature.spectral_contrast")
def _(figure):
    (axes,) = panels(figure, "Peaks over valleys in each octave")
    image(axes, spectro.feature.spectral_contrast(y=clip("trumpet"), sr=SR), "dB")
    axes.set_ylabel("band")


@draws("feature.spectral_flatness")
def _(figure):
    tops = panels(figure, "Speech", "spectral_flatness(y=y)", sharex=True)
    spectrum(tops[0], clip("libri1"), colorbar=False)
    over_time(tops[1], spectro.feature.spectral_flatness(y=clip("libri1"))[0], "flatness")
    tops[1].set_yscale("log")


@draws("feature.poly_features")
def _(figure):
    tops = panels(figure, "Spectrogram", "poly_features(y=y, order=1): the slope", sharex=True)
    spectrum(tops[0], clip("libri1"), colorbar=False)
    over_time(tops[1], 1000 * spectro.feature.poly_features(y=clip("libri1"), sr=SR, order=1)[0], "slope per kHz")


@draws("feature.rms", "feature.zero_crossing_rate")
def _(figure, name):
    tops = panels(figure, "Speech", f"{name.split('.')[1]}", sharex=True)
    wave(tops[0], clip("libri1"))
    label = "root mean square" if name.endswith("rms") else "crossings per sample"
    over_time(tops[1], called(name)(y=clip("libri1"))[0], label, color=RED)


@draws("feature.spectral_features")
def _(figure):
    names = ["spectral_centroid", "spectral_bandwidth", "spectral_rolloff"]
    found = spectro.feature.spectral_features(y=clip("libri1"), sr=SR, features=names)
    (axes,) = panels(figure, "Three features in one pass")
    curve(
        axes,
        seconds(found[names[0]].shape[-1]),
        {name.removeprefix("spectral_"): found[name][0] for name in names},
        "Time (s)",
        "Hz",
    )


@draws("feature.delta")
def _(figure):
    M = spectro.mfcc(y=clip("libri1"), sr=SR)[1:]
    tops = panels(figure, "MFCC 1 to 19", "delta(mfcc)", "delta(mfcc, order=2)", sharex=True)
    for axes, data in zip(tops, (M, spectro.feature.delta(M), spectro.feature.delta(M, order=2))):
        image(axes, data)


@draws("feature.stack_memory")
def _(figure):
    (axes,) = panels(figure, "stack_memory(chroma, n_steps=4, delay=5)")
    image(axes, spectro.feature.stack_memory(chroma("trumpet"), n_steps=4, delay=5), "chroma", hop_length=2048)
    axes.set(ylabel="4 copies of 12 rows", yticks=range(0, 49, 12))


@draws("feature.tempogram")
def _(figure):
    (axes,) = panels(figure, "tempogram(y=y)")
    image(axes, spectro.feature.tempogram(y=clip("choice", 10), sr=SR), "autocorrelation", y_axis="tempo")


@draws("feature.fourier_tempogram")
def _(figure):
    (axes,) = panels(figure, "abs(fourier_tempogram(y=y))")
    image(
        axes,
        np.abs(spectro.feature.fourier_tempogram(y=clip("choice", 10), sr=SR)),
        "magnitude",
        y_axis="fourier_tempo",
    )


@draws("feature.hybrid_tempogram")
def _(figure):
    (axes,) = panels(figure, "hybrid_tempogram(y=y)")
    image(axes, spectro.feature.hybrid_tempogram(y=clip("choice", 10), sr=SR), "strength", y_axis="fourier_tempo")


@draws("feature.metrogram")
def _(figure):
    tempogram = spectro.feature.hybrid_tempogram(y=clip("choice", 10), sr=SR)
    freqs = spectro.fourier_tempo_frequencies(sr=SR)
    (axes,) = panels(figure, "metrogram(tg=hybrid_tempogram(y=y), freqs=...)")
    image(axes, spectro.feature.metrogram(tg=tempogram, freqs=freqs), "strength")
    axes.set_yticks(range(4), ("3", "4", "5", "7"))
    axes.set_ylabel("beats a bar")


@draws("feature.tempogram_ratio")
def _(figure):
    (axes,) = panels(figure, "tempogram_ratio(y=y)")
    image(axes, spectro.feature.tempogram_ratio(y=clip("choice", 10), sr=SR), "energy")
    axes.set_ylabel("ratio of tempi")


@draws("feature.tempo")
def _(figure):
    y = clip("choice", 10)
    strength = spectro.feature.tempogram(y=y, sr=SR).mean(axis=1)
    tempo = spectro.feature.tempo(y=y, sr=SR)[0]
    (axes,) = panels(figure, f"Mean tempogram, and the tempo: {tempo:.1f} beats per minute")
    curve(
        axes,
        spectro.tempo_frequencies(len(strength), sr=SR)[1:],
        {"": strength[1:]},
        "beats per minute",
        "autocorrelation",
    )
    axes.axvline(tempo, color=RED)
    axes.set(xlim=(30, 320))


@draws("feature.inverse.mel_to_stft")
def _(figure):
    S = np.abs(spectro.stft(clip("trumpet")))
    tops = panels(figure, "abs(stft(y))", "mel_to_stft(melspectrogram(y=y))", sharex=True)
    for axes, data in zip(tops, (S, spectro.feature.inverse.mel_to_stft(mel("trumpet"), sr=SR))):
        image(axes, level(data), "dB", y_axis="log")


@draws("feature.inverse.mfcc_to_mel")
def _(figure):
    M = spectro.feature.inverse.mfcc_to_mel(spectro.mfcc(y=clip("libri1"), sr=SR))
    tops = panels(figure, "Mel spectrogram", "mfcc_to_mel of 20 coefficients", sharex=True)
    for axes, data in zip(tops, (mel("libri1"), M)):
        image(axes, spectro.power_to_db(data, ref=np.max), "dB", y_axis="mel", sr=SR)


@draws("feature.inverse.mel_to_audio", "feature.inverse.mfcc_to_audio")
def _(figure, name):
    y = clip("libri1", 3)
    features = spectro.melspectrogram(y=y, sr=SR) if "mel_to" in name else spectro.mfcc(y=y, sr=SR)
    before_and_after(figure, ("y", name.split(".")[2]), y, called(name)(features, sr=SR, n_iter=8))


# Rhythm


@draws("onset_strength")
def _(figure):
    y = clip("choice")
    tops = panels(figure, "Drums and a bass", "onset_strength(y=y)", sharex=True)
    image(tops[0], spectro.power_to_db(mel("choice"), ref=np.max), "", False, y_axis="mel", sr=SR)
    over_time(tops[1], spectro.onset_strength(y=y, sr=SR), "strength", color=RED)


@draws("onset_strength_multi")
def _(figure):
    (axes,) = panels(figure, "onset_strength_multi(y=y, channels=[0, 32, 64, 96, 128])")
    env = spectro.onset_strength_multi(y=clip("choice"), sr=SR, channels=[0, 32, 64, 96, 128])
    image(axes, env, "strength")
    axes.set_ylabel("channel")


@draws("onset.onset_detect", "onset.onset_backtrack")
def _(figure, name):
    env = spectro.onset_strength(y=clip("choice"), sr=SR)
    at = spectro.onset.onset_detect(onset_envelope=env, sr=SR)
    (axes,) = panels(figure, name.split(".")[1])
    over_time(axes, env, "strength")
    axes.vlines(seconds(len(env))[at], 0, env.max(), color=RED, label="onsets", linewidth=1)
    if name.endswith("backtrack"):
        back = spectro.onset.onset_backtrack(at, env)
        axes.vlines(
            seconds(len(env))[back], 0, env.max(), color=GREEN, label="moved back", linewidth=1, linestyles="dashed"
        )
        axes.set_xlim(0, 2)
    legend(axes)


@draws("beat.beat_track")
def _(figure):
    y = clip("choice")
    env = spectro.onset_strength(y=y, sr=SR)
    tempo, beats = spectro.beat.beat_track(onset_envelope=env, sr=SR, units="time")
    (axes,) = panels(figure, f"Beats at {np.squeeze(tempo):.1f} beats per minute")
    over_time(axes, env, "onset strength")
    axes.vlines(beats, 0, env.max(), color=RED, linestyles="dashed", linewidth=1)


@draws("beat.plp")
def _(figure):
    y = clip("choice", 10)
    (axes,) = panels(figure, "Onset strength, and the pulse that it follows")
    env, pulse = spectro.onset_strength(y=y, sr=SR), spectro.beat.plp(y=y, sr=SR)
    curve(axes, seconds(len(env)), {"onset strength": env / env.max(), "plp(y=y)": pulse}, "Time (s)", "relative")


# Sequences and structure


@draws("sequence.dtw", "sequence.dtw_backtracking")
def _(figure, name):
    D, steps = spectro.sequence.dtw(chroma("drese", 8), chroma("drese2", 7), return_steps=True)[::2]
    path = spectro.sequence.dtw_backtracking(steps)
    (axes,) = panels(figure, "Accumulated cost, and the cheapest path")
    image(axes, D, "cost", x_axis="time", y_axis="time", hop_length=2048)
    axes.plot(*(2048 / SR * path[:, ::-1].T), color=OVER, linewidth=2)
    axes.set(xlabel="melody at 120 bpm (s)", ylabel="at 100 bpm (s)")


@draws("sequence.rqa")
def _(figure):
    C = spectro.feature.stack_memory(chroma("drese", 15), n_steps=3)
    R = spectro.segment.recurrence_matrix(C, mode="affinity", metric="cosine", sym=True).astype(np.float32)
    score, path = spectro.sequence.rqa(R, gap_onset=np.inf, knight_moves=False)
    (axes,) = panels(figure, "Scores of diagonals, and the best")
    image(axes, score, "score", x_axis="time", y_axis="time", hop_length=2048)
    axes.set_aspect("equal")
    axes.plot(*(2048 / SR * path[:, ::-1].T), color=OVER, linewidth=2)


@draws("sequence.viterbi", "sequence.viterbi_discriminative", "sequence.viterbi_binary")
def _(figure, name):
    r = spectro.feature.rms(y=clip("libri1"))[0] / 0.06
    p = 1 / (1 + np.exp(-6 * (r - 0.5)))
    p = np.clip(0.5 + 0.7 * (p - 0.5), 0.05, 0.95)
    stay = spectro.sequence.transition_loop(2, [0.97, 0.97])
    states = called(name)(*((p, stay) if name.endswith("binary") else (np.stack([1 - p, p]), stay)))
    (axes,) = panels(figure, "Probability of speech, and the likeliest states")
    t = seconds(len(r))
    curve(axes, t, {"probability": p, "state": np.squeeze(states)}, "Time (s)", "")


@draws(
    "sequence.transition_uniform", "sequence.transition_loop", "sequence.transition_cycle", "sequence.transition_local"
)
def _(figure, name):
    options = {"uniform": (), "loop": (0.6,), "cycle": (0.6,), "local": (7,)}[name.rsplit("_")[-1]]
    (axes,) = panels(figure, f"{name.split('.')[1]}{(12, *options)}".replace(",)", ")"))
    image(axes, called(name)(12, *options), "probability", x_axis=None, y_axis=None, vmin=0)
    axes.set(xlabel="to state", ylabel="from state", aspect="equal", xticks=(0.5, 11.5), yticks=(0.5, 11.5))
    axes.set_xticklabels(("0", "11"))
    axes.set_yticklabels(("0", "11"))


@draws("segment.recurrence_matrix", "segment.path_enhance", "segment.cross_similarity")
def _(figure, name):
    C = spectro.feature.stack_memory(chroma("drese", 15), n_steps=3)
    R = spectro.segment.recurrence_matrix(C, mode="affinity", metric="cosine", sym=True)
    if name.endswith("enhance"):
        R = spectro.segment.path_enhance(R, 9, window="hann", n_filters=7)
    if name.endswith("similarity"):
        other = spectro.feature.stack_memory(chroma("drese2", 15), n_steps=3)
        R = spectro.segment.cross_similarity(other, C, mode="affinity", metric="cosine", k=8)
    (axes,) = panels(figure, name.split(".")[1])
    image(axes, R, "affinity", x_axis="time", y_axis="time", hop_length=2048)
    axes.set_aspect("equal")


@draws("segment.recurrence_to_lag", "segment.lag_to_recurrence", "segment.timelag_filter")
def _(figure, name):
    C = spectro.feature.stack_memory(chroma("drese", 15), n_steps=3)
    R = spectro.segment.recurrence_matrix(C, mode="affinity", metric="cosine", sym=True).astype(np.float32)
    filtered = spectro.segment.timelag_filter(median_filter)(R, size=(1, 7), mode="mirror")
    lag = spectro.segment.recurrence_to_lag(R, pad=True)
    options = {"hop_length": 2048, "auto_aspect": False, "y_axis": "time"}
    tops = panels(
        figure,
        "Times over times",
        "After timelag_filter with a median" if name.endswith("filter") else "Lags over times",
    )
    image(tops[0], R, **options)
    image(
        tops[1],
        *((filtered,) if name.endswith("filter") else (lag,)),
        **options | ({} if name.endswith("filter") else {"y_axis": "lag"}),
    )


@draws("segment.agglomerative", "segment.subsegment")
def _(figure, name):
    C = chroma("drese", 8)
    at = spectro.segment.agglomerative(C, 8)
    if name.endswith("subsegment"):
        at = spectro.segment.subsegment(C, at, n_segments=2)
    (axes,) = panels(figure, name.split(".")[1])
    image(axes, C, "chroma", y_axis="chroma", hop_length=2048)
    axes.vlines(seconds(len(C.T), 2048)[at], -0.5, 11.5, color=OVER, linewidth=1.5)


@draws("decompose.hpss", "effects.hpss", "effects.harmonic", "effects.percussive")
def _(figure, name):
    D = spectro.stft(clip("demo", 5))
    harmonic, percussive = spectro.decompose.hpss(D)
    parts = {"mixture": D, "harmonic": harmonic, "percussive": percussive}
    parts = {key: part for key, part in parts.items() if name.endswith(("hpss", key)) or key == "mixture"}
    for axes, part in zip(panels(figure, *parts, sharex=True), parts.values()):
        image(axes, level(part), "dB", y_axis="log")


@draws("decompose.decompose")
def _(figure):
    S = np.abs(spectro.stft(clip("demo", 5)))
    components, activations = spectro.decompose.decompose(S, n_components=6, sort=True)
    tops = panels(figure, "Components", "Activations")
    image(tops[0], level(components), "dB", x_axis=None, y_axis="log")
    image(tops[1], activations, "gain")
    tops[0].set(xlabel="component", xticks=np.arange(6) + 0.5, xticklabels=range(6))
    tops[1].set_ylabel("component")


@draws("decompose.nn_filter")
def _(figure):
    C = chroma("drese", 15)
    tops = panels(figure, "Chroma", "nn_filter(chroma, aggregate=np.median)", sharex=True)
    for axes, data in zip(tops, (C, spectro.decompose.nn_filter(C, aggregate=np.median, metric="cosine"))):
        image(axes, data, y_axis="chroma", hop_length=2048)


# Effects


@draws("effects.trim", "effects.split")
def _(figure, name):
    y = np.concatenate([np.zeros(SR // 2, np.float32), clip("libri1", 4), np.zeros(SR, np.float32)])
    parts = [spectro.effects.trim(y, top_db=30)[1]] if name.endswith("trim") else spectro.effects.split(y, top_db=30)
    (axes,) = panels(figure, f"{name.split('.')[1]}(y, top_db=30)")
    wave(axes, y)
    for start, stop in np.asarray(parts) / SR:
        axes.axvspan(start, stop, color=GREEN, alpha=0.2, linewidth=0)


@draws("effects.remix")
def _(figure):
    y = clip("choice", 3)
    beats = spectro.beat.beat_track(y=y, sr=SR, units="samples")[1]
    intervals = spectro.util.frame(beats, frame_length=2, hop_length=1).T
    tops = panels(figure, "y", "remix(y, intervals[::-1]): its beats backwards", sharex=True)
    wave(tops[0], y)
    wave(tops[1], spectro.effects.remix(y, intervals[::-1]), color=RED)


@draws("effects.pitch_shift")
def _(figure):
    y = clip("trumpet")
    before_and_after(figure, ("y", "pitch_shift(y, n_steps=7)"), y, spectro.effects.pitch_shift(y, sr=SR, n_steps=7))


@draws("effects.preemphasis", "effects.deemphasis")
def _(figure, name):
    y = clip("libri1")
    f = spectro.fft_frequencies(sr=SR, n_fft=2048)
    (axes,) = panels(figure, "Mean spectrum")
    spectra = {
        key: np.abs(spectro.stft(x)).mean(axis=1) for key, x in {"y": y, name.split(".")[1]: called(name)(y)}.items()
    }
    curve(axes, f, {key: level(x) for key, x in spectra.items()}, "Frequency (Hz)", "dB")


# Filters and windows


@draws("filters.mel", "filters.melscale_fbanks", "melscale_fbanks")
def _(figure, name):
    bank = spectro.filters.mel(sr=SR, n_fft=2048, n_mels=20)
    bank = bank if name == "filters.mel" else spectro.filters.melscale_fbanks(1025, 0.0, SR / 2, 20, SR).T
    (axes,) = panels(figure, f"{name.split('.')[-1]}, 20 bands")
    f = spectro.fft_frequencies(sr=SR, n_fft=2048)
    for k, band in enumerate(bank):
        axes.plot(f, band, color=(BLUE, RED)[k % 2])
    axes.set(xlabel="Frequency (Hz)", ylabel="weight")


@draws("filters.chroma")
def _(figure):
    (axes,) = panels(figure, "filters.chroma(sr=22050, n_fft=4096)")
    image(axes, spectro.filters.chroma(sr=SR, n_fft=4096)[:, :400], "weight", x_axis="linear", y_axis="chroma",
          x_coords=spectro.fft_frequencies(sr=SR, n_fft=4096)[:400])  # fmt: skip


@draws("filters.cq_to_chroma")
def _(figure):
    (axes,) = panels(figure, "filters.cq_to_chroma(84, bins_per_octave=24)")
    image(axes, spectro.filters.cq_to_chroma(84, bins_per_octave=24), "weight", x_axis=None, y_axis="chroma")
    axes.set(xlabel="bin of the constant-Q transform", xticks=range(0, 85, 12), xticklabels=range(0, 85, 12))


@draws("filters.dct")
def _(figure):
    (axes,) = panels(figure, "filters.dct(4, 64)")
    curve(axes, np.arange(64), {f"row {k}": row for k, row in enumerate(spectro.filters.dct(4, 64))}, "input", "weight")


@draws("filters.wavelet")
def _(figure):
    basis = spectro.filters.wavelet(freqs=[110.0, 220.0], sr=8000)[0]
    tops = panels(figure, "110 Hz", "220 Hz", sharex=True)
    t = (np.arange(basis.shape[1]) - basis.shape[1] // 2) / 8
    for axes, row in zip(tops, basis):
        curve(axes, t, {"real": row.real, "imaginary": row.imag}, "Time (ms)", "", linewidth=0.8)


@draws("filters.wavelet_lengths")
def _(figure):
    f = np.geomspace(32, 8000, 100)
    (axes,) = panels(figure, "Length of a filter")
    lengths = {f"gamma={g}": spectro.filters.wavelet_lengths(freqs=f, sr=SR, gamma=g)[0] / SR * 1000 for g in (0, 24)}
    curve(axes, f, lengths, "Frequency (Hz)", "ms")
    axes.set(xscale="log", yscale="log")


@draws("filters.window_bandwidth")
def _(figure):
    names = ("boxcar", "bartlett", "hamming", "hann", "blackman", "blackmanharris", "flattop")
    (axes,) = panels(figure, "Equivalent noise bandwidth")
    axes.barh(names, [spectro.filters.window_bandwidth(name) for name in names], color=BLUE)
    axes.set(xlabel="bins")


@draws("filters.diagonal_filter")
def _(figure):
    (axes,) = panels(figure, 'diagonal_filter("hann", 21)')
    image(axes, spectro.filters.diagonal_filter("hann", 21), "weight", x_axis=None, y_axis=None)
    axes.set(aspect="equal", xticks=(), yticks=())


@draws("filters.mr_frequencies")
def _(figure):
    centers, rates = spectro.filters.mr_frequencies(0.0)
    (axes,) = panels(figure, "Center of each semitone, and the sampling rate that it is filtered at")
    curve(axes, np.arange(len(centers)), {"center": centers, "sampling rate": rates}, "filter", "Hz", ".")
    axes.set_yscale("log")


@draws("filters.semitone_filterbank")
def _(figure):
    bank, rates = spectro.filters.semitone_filterbank(flayout="sos")
    (axes,) = panels(figure, "Every twelfth filter")
    for sos, rate in list(zip(bank, rates))[::12]:
        f, response = sosfreqz(sos, 4000, fs=rate)
        axes.plot(f[1:], 20 * np.log10(np.maximum(np.abs(response[1:]), 1e-6)))
    axes.set(xscale="log", ylim=(-70, 5), xlim=(20, 5000), xlabel="Frequency (Hz)", ylabel="dB")


@draws("filters.window_sumsquare")
def _(figure):
    (axes,) = panels(figure, 'window_sumsquare(window="hann", n_frames=8, n_fft=512)')
    sums = {
        f"hop {hop}": spectro.filters.window_sumsquare(window="hann", n_frames=8, hop_length=hop, n_fft=512)
        for hop in (128, 256)
    }
    for name, total in sums.items():
        axes.plot(total, label=name)
    axes.set(xlabel="sample", ylabel="sum of squares")
    legend(axes)


WINDOWS = {"chebwin": (100,), "dpss": (3,), "gaussian": (8,), "general_cosine": ((0.42, 0.5, 0.08),),
           "general_gaussian": (1.5, 8), "general_hamming": (0.75,), "kaiser": (8,), "kaiser_bessel_derived": (8,),
           "exponential": (None, 8)}  # fmt: skip


@draws("get_window", *(f"windows.{name}" for name in spectro.windows.__all__ if name != "get_window"))
def _(figure, name):
    short, options = name.split(".")[-1], WINDOWS.get(name.split(".")[-1], ())
    window = spectro.get_window("hann", 64) if short == "get_window" else called(name)(64, *options)
    call = 'get_window("hann", 64)' if short == "get_window" else f"{short}({', '.join(map(str, (64, *options)))})"
    left, right = figure.subplots(1, 2)
    left.set_title(call)
    right.set_title("its spectrum")
    curve(left, np.arange(64), {"": window}, "sample", "weight", ".-")
    transform = np.abs(np.fft.fftshift(np.fft.fft(window, 4096)))
    bins = (np.arange(4096) - 2048) / 64
    curve(right, bins, {"": 20 * np.log10(np.maximum(transform / transform.max(), 1e-7))}, "bin", "dB", linewidth=0.8)
    right.set(ylim=(-130, 5), xlim=(-16, 16))
    right.yaxis.set_tick_params(labelleft=True)
    right.set_ylabel("dB")


# Front ends, pictures, arrays


@draws(*(f"presets.{name}" for name in spectro.presets.__all__))
def _(figure, name):
    rates = {"presets.tacotron2": 22050, "presets.hifigan": 22050}
    y = spectro.resample(clip("libri1", 4), orig_sr=SR, target_sr=rates.get(name, 16000))
    out = called(name)(y)
    decibels = name.endswith("torchaudio_mel")
    (axes,) = panels(figure, f"{name.split('.')[1]}(y)" + " in decibels" * decibels)
    image(axes, spectro.power_to_db(out, ref=np.max) if decibels else out, x_axis=None)
    axes.set(xlabel="frame", ylabel="feature")
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(6, integer=True))


@draws("streaming.STFT", "streaming.MelSpectrogram", "streaming.MFCC", "streaming.OnsetStrength")
def _(figure, name):
    y, kind = clip("choice", 3), called(name)
    stream = kind(n_fft=2048, hop_length=512) if name.endswith("STFT") else kind(sr=SR)
    blocks = [np.atleast_2d(block) for block in [stream.push(part) for part in np.array_split(y, 12)]]
    (axes,) = panels(figure, "Twelve blocks of a signal, one after the other")
    whole = np.concatenate(blocks, axis=-1)
    if name.endswith("OnsetStrength"):
        over_time(axes, whole[0], "strength")
    else:
        shown = (
            whole[1:]
            if name.endswith("MFCC")
            else level(whole)
            if name.endswith("STFT")
            else spectro.power_to_db(whole, ref=np.max)
        )
        image(
            axes,
            shown,
            "" if name.endswith("MFCC") else "dB",
            y_axis={"STFT": "log", "MelSpectrogram": "mel"}.get(name.split(".")[1]),
            sr=SR,
        )
    for start in np.cumsum([block.shape[-1] for block in blocks])[:-1]:
        axes.axvline(start * 512 / SR, color=FAINT, linewidth=0.6)


@draws("display.specshow")
def _(figure):
    tops = panels(figure, 'y_axis="linear"', 'y_axis="log"', sharex=True)
    for axes, y_axis in zip(tops, ("linear", "log")):
        spectrum(axes, clip("trumpet"), y_axis=y_axis)


@draws("display.waveshow", "display.AdaptiveWaveplot")
def _(figure, name):
    tops = panels(figure, "Envelope of a long signal", "Samples, where they can be told apart")
    wave(tops[0], clip("demo", 8))
    wave(tops[1], clip("trumpet", 0.02, 0.6), marker=".")


@draws("display.wavebars")
def _(figure):
    tops = panels(figure, "100 bars", "30 bars, invert=True", sharex=True)
    wavebars(clip("demo", 8), sr=SR, ax=tops[0])
    wavebars(clip("demo", 8), sr=SR, ax=tops[1], n_bars=30, invert=True, invert_color="white")
    tops[0].label_outer()


@draws("display.wavef0", "display.Transformf0")
def _(figure, name):
    y = clip("trumpet", 2)
    f0 = spectro.pyin(y, fmin=130, fmax=1050, sr=SR)[0]
    looks = {"waveshow": {"max_points": 500}, "wavebars": {"n_bars": 80}}
    for axes, (method, look) in zip(panels(figure, *looks, sharex=True), looks.items()):
        wavef0(y, f0=f0, sr=SR, ax=axes, method=method, color=BLUE, **look)
        axes.label_outer()


@draws("display.multiplot")
def _(figure):
    y = clip("demo", 4)
    look = {"sr": SR, "titles": ["mixed", "harmonic", "percussive"], "sharex": True}
    multiplot("wavebars", y, *spectro.effects.hpss(y), fig=figure, **look)


@draws("display.cmap")
def _(figure):
    kinds = {
        "of one sign": np.linspace(0, 1, 256),
        "of both signs": np.linspace(-1, 1, 256),
        "true or false": np.arange(256) > 127,
    }
    for axes, (title, data) in zip(figure.subplots(3, 1), kinds.items()):
        axes.imshow(data[None].astype(float), aspect="auto", cmap=spectro.display.cmap(data))
        axes.set(yticks=(), xticks=())
        axes.set_title(title)


@draws("util.frame")
def _(figure):
    frames = spectro.util.frame(clip("trumpet", 0.1, 0.5), frame_length=256, hop_length=64)
    (axes,) = panels(figure, "frame(y, frame_length=256, hop_length=64)")
    image(axes, frames, "amplitude", x_axis=None)
    axes.set(xlabel="frame", ylabel="sample of the frame")


@draws("util.pad_center", "util.fix_length")
def _(figure, name):
    short = name.split(".")[1]
    (axes,) = panels(figure, f"{short}(hann(32), size=64)")
    curve(axes, np.arange(64), {"": called(name)(spectro.windows.hann(32), size=64)}, "sample", "weight", ".-")


@draws("util.sync")
def _(figure):
    C = spectro.feature.chroma_stft(y=clip("trumpet"), sr=SR)
    beats = spectro.beat.beat_track(y=clip("trumpet"), sr=SR)[1]
    tops = panels(figure, "Frames", "sync(chroma, beats): means between beats")
    image(tops[0], C, y_axis="chroma")
    image(tops[1], spectro.util.sync(C, beats), x_axis=None, y_axis="chroma")
    tops[1].set_xlabel("beat")


@draws("util.normalize")
def _(figure):
    C = chroma("drese", 8)
    tops = panels(figure, "Chroma times a fading gain", "normalize(chroma): its largest value is 1", sharex=True)
    faded = C * np.linspace(1, 0.1, C.shape[1])
    for axes, data in zip(tops, (faded, spectro.util.normalize(faded))):
        image(axes, data, y_axis="chroma", hop_length=2048)


@draws("util.shear")
def _(figure):
    tops = figure.subplots(1, 2)
    for axes, data, title in zip(
        tops, (np.eye(16), spectro.util.shear(np.eye(16), factor=1)), ("X", "shear(X, factor=1)")
    ):
        image(axes, data, "", False, x_axis=None)
        axes.set(title=title, aspect="equal", xticks=(), yticks=())


@draws("util.sparsify_rows", "util.fill_off_diagonal", "util.axis_sort")
def _(figure, name):
    X = np.abs(spectro.stft(clip("trumpet", 1.5), n_fft=64, hop_length=1024)).astype(np.float64)
    X = X[:, : X.shape[0]]
    if name.endswith("diagonal"):
        after = X.copy()
        spectro.util.fill_off_diagonal(after, radius=0.25)
    else:
        after = (
            spectro.util.sparsify_rows(X, quantile=0.2).toarray()
            if name.endswith("rows")
            else spectro.util.axis_sort(X)
        )
    tops = figure.subplots(1, 2)
    for axes, data, title in zip(tops, (X, after), ("before", name.split(".")[1])):
        image(axes, np.sqrt(data), "", False, x_axis=None)
        axes.set(title=title, xlabel="column", ylabel="row")


@draws("util.cyclic_gradient")
def _(figure):
    x = np.linspace(0, 1, 100, endpoint=False)
    y = np.sin(2 * np.pi * x) + 0.3 * np.sin(6 * np.pi * x)
    (axes,) = panels(figure, "One period, and its slope")
    slope = spectro.util.cyclic_gradient(y)
    curve(axes, np.arange(100), {"y": y, "cyclic_gradient(y), scaled": slope / slope.max()}, "sample", "")


@draws("util.peak_pick", "util.localmax", "util.localmin")
def _(figure, name):
    env = spectro.onset_strength(y=clip("choice", 3), sr=SR)
    if name.endswith("pick"):
        at = spectro.util.peak_pick(env, pre_max=3, post_max=3, pre_avg=5, post_avg=5, delta=0.5, wait=5)
    else:
        at = np.flatnonzero(called(name)(env))
    (axes,) = panels(figure, name.split(".")[1])
    over_time(axes, env, "onset strength")
    axes.plot(seconds(len(env))[at], env[at], "o", color=RED, markersize=4)


@draws("util.match_events")
def _(figure):
    a, b = np.array([0.5, 1.4, 2.1, 3.3, 4.0]), np.array([0.3, 1.1, 2.2, 2.9, 4.2, 4.9])
    found = spectro.util.match_events(a, b)
    (axes,) = panels(figure, "Each event and the nearest of the others")
    axes.plot(a, np.ones(5), "o", label="events_from")
    axes.plot(b, np.zeros(6), "s", label="events_to")
    axes.plot([a, b[found]], [np.ones(5), np.zeros(5)], color=FAINT)
    axes.set(xlabel="Time", yticks=(0, 1), yticklabels=("events_to", "events_from"), ylim=(-0.4, 1.4))


@draws("util.match_intervals")
def _(figure):
    a, b = (np.array([[0.2, 1.4], [2.0, 3.0], [3.2, 4.6]]), np.array([[0.0, 1.0], [1.0, 2.6], [2.7, 4.4]]))
    found = spectro.util.match_intervals(a, b)
    (axes,) = panels(figure, "Each interval, and that which it shares most with")
    axes.hlines([1] * 3, *a.T, color=BLUE, linewidth=6)
    axes.hlines([0] * 3, *b.T, color=RED, linewidth=6)
    axes.plot([a.mean(1), b[found].mean(1)], [[1] * 3, [0] * 3], color=FAINT)
    axes.set(xlabel="Time", yticks=(0, 1), yticklabels=("intervals_to", "intervals_from"), ylim=(-0.4, 1.4))


@draws("util.softmask")
def _(figure):
    x = np.linspace(0, 4, 200)
    (axes,) = panels(figure, "softmask(x, 1)")
    curve(axes, x, {f"power={p}": spectro.util.softmask(x, np.ones_like(x), power=p) for p in (1, 2, 8)}, "x", "mask")


@draws("util.phasor")
def _(figure):
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    z = spectro.util.phasor(angles)
    (axes,) = panels(figure, "phasor(angles)")
    axes.plot(np.stack([0 * z, z]).real, np.stack([0 * z, z]).imag, color=FAINT, linewidth=0.6)
    axes.scatter(z.real, z.imag, c=angles, cmap="twilight", s=18)
    axes.set(aspect="equal", xlabel="real", ylabel="imaginary")


if __name__ == "__main__":
    main(sys.argv[1:])
