"""Streams against the whole signal: the same frames and samples, whatever the pieces, with bounded memory."""

from __future__ import annotations

import copy
import inspect
import io
import pickle
import threading
import warnings

import mlx.core as mx
import numpy as np
import pytest
from case import normal
from tolerances import REFERENCE

import spectro
from spectro import streaming
from spectro._engine import dispatch

FRAMES = {"n_fft": 64, "hop_length": 17}
MEL = {**FRAMES, "sr": 8000, "n_mels": 5}
COMPILED = dispatch.device() == "cpu" and dispatch.unavailable("cpu") is None
PAD_MODES = ["constant", "edge", "reflect", "symmetric", "linear_ramp", "empty"]


def decibels(y, **mel):
    return spectro.power_to_db(spectro.melspectrogram(y=y, **mel), top_db=None)


def cepstrum(y, *, mel_norm="slaney", n_mfcc=20, lifter=0, **mel):
    return spectro.mfcc(S=decibels(y, norm=mel_norm, **mel), n_mfcc=n_mfcc, lifter=lifter)


def strength(y, *, lag=1, max_size=1, center=True, aggregate=None, **mel):
    own = {"lag": lag, "max_size": max_size, "center": center, "aggregate": aggregate}
    return spectro.onset_strength(S=decibels(y, **mel), n_fft=mel["n_fft"], hop_length=mel["hop_length"], **own)


WHOLE = {
    streaming.STFT: lambda y, **keywords: spectro.stft(y, **keywords),
    streaming.MelSpectrogram: lambda y, **keywords: spectro.melspectrogram(y=y, **keywords),
    streaming.MFCC: cepstrum,
    streaming.OnsetStrength: strength,
    streaming.ISTFT: spectro.istft,
}
CASES = [
    *((streaming.STFT, {**FRAMES, "pad_mode": mode, "window": "hamming"}) for mode in PAD_MODES),  # no end is zero
    (streaming.STFT, {"n_fft": 33, "win_length": 20, "window": "hamming", "pad_mode": "reflect"}),
    (streaming.STFT, {**FRAMES, "center": False}),
    (streaming.STFT, {"n_fft": 16, "hop_length": 41, "pad_mode": "symmetric"}),
    (streaming.STFT, {"n_fft": 1, "hop_length": 1}),
    (streaming.MelSpectrogram, MEL),
    (streaming.MelSpectrogram, {**MEL, "center": False, "power": 1.0, "norm": None, "htk": True}),
    (streaming.MFCC, {**MEL, "n_mfcc": 4, "lifter": 3, "mel_norm": 2.0}),
    (streaming.OnsetStrength, MEL),
    (streaming.OnsetStrength, {**MEL, "hop_length": 8, "lag": 3, "max_size": 3, "pad_mode": "reflect"}),
    (streaming.OnsetStrength, {**MEL, "hop_length": 70, "center": False, "lag": 20, "aggregate": np.median}),
    (streaming.ISTFT, FRAMES),
    (streaming.ISTFT, {"win_length": 40, "hop_length": 10, "center": False, "window": "hamming"}),
    (streaming.ISTFT, {"n_fft": 65, "hop_length": 13, "length": 700}),
    (streaming.ISTFT, {"n_fft": 64, "hop_length": 60, "window": "hamming"}),
]
IDS = [f"{stream.__name__}-{number}" for number, (stream, _) in enumerate(CASES)]
every_stream = pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.__name__)


def data_of(kind, n, *channels):
    """A signal (..., n), or a spectrogram (..., 33, n)."""
    if kind is streaming.ISTFT:
        return (normal(*channels, 33, n) + 1j * normal(*channels, 33, n, seed=4)).astype(np.complex64)
    return normal(*channels, n).astype(np.float32)


def keywords_of(kind):
    return FRAMES if kind in (streaming.STFT, streaming.ISTFT) else MEL


def in_pieces(stream, y, cuts):
    pieces = [stream.push(y[..., begin:end]) for begin, end in zip([0, *cuts], [*cuts, y.shape[-1]])]
    return joined([*pieces, stream.flush()])


def joined(pieces):
    xp = mx if isinstance(pieces[0], mx.array) else np
    return xp.concatenate(pieces, axis=-1)


def outcome(call):
    """What a call gives or refuses, and what it warns of, whoever speaks."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            result = call()
        except spectro.ParameterError as error:
            result = str(error)
    said = [str(warning.message).partition("] ") for warning in heard]
    return result, [sentence for speaker, _, sentence in said if speaker.startswith("[")]


def check(got, expected):
    """To the last bit for NumPy's arrays on a CPU, otherwise within rounding."""
    assert type(got) is type(expected)
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    exact = COMPILED and isinstance(got, np.ndarray)
    if isinstance(got, mx.array):
        wide = mx.complex64 if got.dtype == mx.complex64 else mx.float32
        got, expected = (np.asarray(array.astype(wide)) for array in (got, expected))
    peak = np.abs(expected).max(initial=0)
    assert np.array_equal(got, expected) if exact else np.abs(got - expected).max(initial=0) <= REFERENCE * peak


@pytest.mark.parametrize("make", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize(("kind", "keywords"), CASES, ids=IDS)
def test_pieces_are_the_whole(kind, keywords, make):
    rng = np.random.default_rng(len(keywords))
    for n in (70, 333):
        y = make(data_of(kind, n, 2))
        expected, said = outcome(lambda: WHOLE[kind](y, **keywords))  # noqa: B023
        for count in (0, 1, 12):
            cuts = np.sort(rng.integers(0, n + 1, count)).tolist()
            got, heard = outcome(lambda: in_pieces(kind(**keywords), y, cuts))  # noqa: B023
            assert heard == said
            check(got, expected)


@pytest.mark.parametrize(("kind", "keywords"), CASES, ids=IDS)
def test_samples_may_come_one_by_one(kind, keywords):
    y = data_of(kind, 100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        check(in_pieces(kind(**keywords), y, range(1, 100)), WHOLE[kind](y, **keywords))


@pytest.mark.parametrize("n", [0, 1, 2, 32, 33, 63, 64])
@pytest.mark.parametrize("keywords", [{"pad_mode": mode} for mode in PAD_MODES] + [{"center": False}], ids=str)
def test_short_signals_are_padded_warned_of_and_refused_as_a_whole(keywords, n):
    y, keywords = data_of(streaming.STFT, n), {**FRAMES, **keywords}
    expected, said = outcome(lambda: spectro.stft(y, **keywords))
    got, heard = outcome(lambda: in_pieces(streaming.STFT(**keywords), y, [n // 3, n // 2]))
    assert heard == said
    assert got == expected if isinstance(expected, str) else np.array_equal(got, expected) or not COMPILED


@pytest.mark.parametrize("known", [True, False])
def test_lost_samples_are_warned_of_once_and_as_soon_as_the_size_is_known(known):
    D, sizes = data_of(streaming.ISTFT, 9), {"hop_length": 80}
    n_fft = 2 * (D.shape[-2] - 1)
    with pytest.warns(UserWarning, match="NOLA") as expected:
        spectro.istft(D, **sizes)
    first = str(expected[0].message).partition("] ")[2].partition(" and ")[0].replace("between ", "from ")
    begun = None if known else streaming.ISTFT(**sizes)
    with pytest.warns(UserWarning, match="NOLA") as heard:
        stream = opened(begun, D, n_fft=n_fft, **sizes)
    assert str(heard[0].message).partition("] ")[2].partition(" on cannot be recovered")[0] == first
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stream.push(D)
        stream.flush()
        streaming.ISTFT(**sizes, n_fft=n_fft, length=1)


def opened(stream, D, **sizes):
    """A stream that knows its size: a new one, or one that has seen no frame but their bins."""
    if stream is None:
        return streaming.ISTFT(**sizes)
    stream.push(D[..., :0])
    return stream


@pytest.mark.parametrize(("kind", "keywords"), CASES, ids=IDS)
def test_results_are_as_late_as_said(kind, keywords):
    """Frame t is there with `t * hop_length + latency` samples; of t frames, `t * hop_length - latency` samples."""
    stream, y, t = kind(**keywords), data_of(kind, 200), 0
    hop = keywords.get("hop_length", 5)
    if kind is streaming.ISTFT:
        stream.push(y[..., :0])
        given = sum(stream.push(y[..., t : t + 1]).shape[-1] for t in range(20))
        assert given == min(20 * hop - stream.latency, keywords.get("length", 10**6))
        return
    for n in range(200):
        t += stream.push(y[n : n + 1]).shape[-1]
        due = max(0, 1 + (n + 1 - stream.latency) // hop)
        early = kind is streaming.OnsetStrength or keywords.get("pad_mode") == "reflect"
        assert t >= due if early else t == due


def test_a_signal_goes_there_and_back_a_frame_later():
    analysis, synthesis = streaming.STFT(n_fft=64), streaming.ISTFT(n_fft=64)
    assert analysis.latency + synthesis.latency == 64
    y = data_of(streaming.STFT, 1600)
    pieces = [synthesis.push(analysis.push(block)) for block in np.split(y, 100)]
    assert sum(piece.size for piece in pieces) == 1600 - 64 + 16  # frames come one hop before all of them is needed
    pieces += [synthesis.push(analysis.flush()), synthesis.flush()]
    np.testing.assert_allclose(np.concatenate(pieces), y, atol=1e-5)


def held(state) -> int:
    """Bytes of all arrays of a state, with what views hold."""
    if isinstance(state, tuple):
        return sum(map(held, state))
    base = getattr(state, "base", None)
    return getattr(state if base is None else base, "nbytes", 0)


@pytest.mark.parametrize("make", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize(
    ("kind", "more"), [*((kind, {}) for kind in WHOLE), (streaming.ISTFT, {"length": 3000})], ids=str
)
def test_what_is_kept_does_not_grow(kind, more, make):
    stream, block = kind(**keywords_of(kind), **more), make(data_of(kind, 30))
    stream.push(make(data_of(kind, 3000)))
    kept = []
    for _ in range(60):
        stream.push(block)
        kept.append(held(stream._state))
    frame = 4 * (64 + 17) * 2 + 8 * 33 * 5
    assert max(kept) <= 2 * frame
    assert max(kept[30:]) <= max(kept[:30])


def test_an_hour_is_streamed_in_the_memory_of_a_minute():
    stream, ten_seconds = streaming.MelSpectrogram(**{**MEL, "hop_length": 8000}), data_of(streaming.STFT, 80_000)
    first, second = stream.push(ten_seconds), stream.push(ten_seconds)
    kept = held(stream._state)
    for _ in range(358):  # all minutes but the first sound the same
        np.testing.assert_array_equal(stream.push(ten_seconds), second)
        assert held(stream._state) == kept <= 4 * (64 + 8000)
    assert (first.shape[-1], second.shape[-1], stream.flush().shape[-1]) == (10, 10, 1)


def test_mlx_keeps_no_graph_of_what_came():
    stream, block = streaming.STFT(**FRAMES), mx.array(data_of(streaming.STFT, 100_000))
    mx.eval(block)
    for _ in range(3):
        stream.push(block * 2)  # nobody looks at the frames
    mx.synchronize()
    before = mx.get_active_memory()
    for _ in range(10):
        stream.push(block * 2)
    mx.synchronize()
    assert mx.get_active_memory() - before < block.nbytes


@pytest.mark.parametrize("kind", [streaming.STFT, streaming.ISTFT], ids=lambda kind: kind.__name__)
def test_an_hour_later_all_is_as_it_was(kind):
    young = kind(**FRAMES)
    young.push(data_of(kind, 500))
    hour, old = 22050 * 3600 // 17, copy.deepcopy(young)
    moved = {"start": 17 * hour, "frames": hour} if kind is streaming.STFT else {"first": hour, "done": 17 * hour}
    old._state = old._state._replace(**{name: getattr(old._state, name) + by for name, by in moved.items()})
    for n in (200, 1, 70):
        np.testing.assert_array_equal(old.push(data_of(kind, n)), young.push(data_of(kind, n)))
        assert held(old._state) == held(young._state)
    np.testing.assert_array_equal(old.flush(), young.flush())


@every_stream
def test_a_stream_is_pickled_while_it_runs(kind):
    y, keywords = data_of(kind, 90), keywords_of(kind)
    for make in (np.asarray, mx.array):
        stream, pieces = kind(**keywords), []
        for at in range(0, 90, 30):
            pieces.append(stream.push(make(y[..., at : at + 30])))
            stream = pickle.loads(pickle.dumps(stream))
        check(joined([*pieces, stream.flush()]), WHOLE[kind](make(y), **keywords))


@every_stream
def test_an_ended_signal_takes_no_more_until_the_next_begins(kind):
    stream, y = kind(**keywords_of(kind)), data_of(kind, 90)
    first = in_pieces(stream, y, [40])
    for call in (stream.flush, lambda: stream.push(y)):
        with pytest.raises(spectro.ParameterError, match=rf"^\[{kind.__name__}\] the signal has ended .* reset\(\)"):
            call()
    stream.reset()
    check(in_pieces(stream, y, [10, 70]), first)
    stream.reset()
    stream.push(y)
    stream.reset()  # in the middle, and for other dimensions
    assert in_pieces(stream, data_of(kind, 90, 3), [50]).shape == (3, *first.shape)


@every_stream
def test_a_push_that_is_refused_changes_nothing(kind):
    stream, y = kind(**keywords_of(kind)), data_of(kind, 90)
    pieces = [stream.push(y[..., :50])]
    for bad in (np.full_like(y, np.nan)[..., None, :][..., :0, :], np.stack([y, y]), "a", None):
        with pytest.raises(spectro.ParameterError, match=rf"^\[{kind.__name__}\] "):
            stream.push(bad)
    with pytest.raises(spectro.ParameterError, match=r"mx\.compile"):
        mx.compile(lambda x: stream.push(x))(mx.array(y))
    check(joined([*pieces, stream.push(y[..., 50:]), stream.flush()]), WHOLE[kind](y, **keywords_of(kind)))


def test_samples_are_copied_from_the_callers_buffer():
    stream, y, buffer = streaming.STFT(**FRAMES), data_of(streaming.STFT, 90), np.zeros(30, np.float32)
    pieces = []
    for block in np.split(y, 3):
        buffer[:] = block
        pieces.append(stream.push(buffer))
    check(joined([*pieces, stream.flush()]), spectro.stft(y, **FRAMES))


def test_the_first_push_chooses_kind_and_precision():
    y = data_of(streaming.STFT, 90)
    for first, later in ((mx.array(y[:40]), y[40:]), (y[:40], mx.array(y[40:])), (y[:40], y[40:].astype(np.float64))):
        stream = streaming.MelSpectrogram(**MEL)
        pieces = [stream.push(first), stream.push(later), stream.flush()]
        assert {type(piece) for piece in pieces} == {type(first)}
        expected = spectro.melspectrogram(y=y, **MEL)
        np.testing.assert_allclose(joined(pieces), expected, atol=REFERENCE * expected.max())
    for half in (y.astype(np.float16), mx.array(y).astype(mx.bfloat16)):
        check(in_pieces(streaming.MelSpectrogram(**MEL), half, [31]), spectro.melspectrogram(y=half, **MEL))


def test_a_piece_of_bfloat16_goes_on_with_a_signal_of_numpy():
    y = normal(2000)
    piece = mx.array(y[1200:]).astype(mx.bfloat16)
    stream = spectro.streaming.STFT(n_fft=512)
    frames = [stream.push(y[:1200]), stream.push(piece), stream.flush()]
    whole = np.concatenate([y[:1200], np.array(piece.astype(mx.float32))])
    np.testing.assert_array_equal(np.concatenate(frames, axis=-1), spectro.stft(whole, n_fft=512))


def test_another_thread_goes_on():
    stream, y, found = streaming.STFT(**FRAMES), mx.array(data_of(streaming.STFT, 90)), []
    mx.eval(y)
    found.append(stream.push(y[:50]))
    mx.eval(found)

    def rest():
        found.extend([stream.push(mx.array(data_of(streaming.STFT, 90)[50:])), stream.flush()])
        mx.eval(found)

    thread = threading.Thread(target=rest)
    thread.start()
    thread.join(timeout=60)
    check(joined(found), spectro.stft(y, **FRAMES))


@pytest.mark.parametrize(
    ("kind", "keywords", "said"),
    [
        (
            streaming.STFT,
            {"pad_mode": "wrap"},
            "pad_mode must be one of .*'reflect'.*, got 'wrap', which looks at the end",
        ),
        (streaming.STFT, {"pad_mode": np.pad}, "pad_mode must be one of "),
        (streaming.STFT, {"pad_mode": "mean"}, "pad_mode must be one of "),
        (streaming.STFT, {"hop_length": 0}, "hop_length must be a positive integer, got 0"),
        (streaming.MelSpectrogram, {"n_mels": 0}, "n_mels must be a positive integer, got 0"),
        (streaming.MelSpectrogram, {"ref": np.max}, "ref must be no function, .* whole signal; subtract"),
        (streaming.MFCC, {"top_db": 80.0}, "top_db looks for the loudest value of the whole signal, .*; leave it out"),
        (streaming.MFCC, {"lifter": -1}, "lifter must be non-negative"),
        (streaming.OnsetStrength, {"top_db": 80.0}, "top_db looks for the loudest"),
        (streaming.OnsetStrength, {"ref": np.max}, "ref must be no function"),
        (streaming.OnsetStrength, {"ref": np.ones((128, 3))}, "ref must be left out of a stream; "),
        (streaming.OnsetStrength, {"detrend": True}, "detrend must be left out of a stream; "),
        (streaming.OnsetStrength, {"feature": spectro.melspectrogram}, "feature must be left out of a stream; "),
        (streaming.OnsetStrength, {"lag": 0}, "lag must be a positive integer, got 0"),
        (streaming.ISTFT, {"length": 0}, "length must be a positive integer, got 0"),
        (streaming.ISTFT, {"n_fft": 64, "window": "no"}, "window must be a known name"),
    ],
)
def test_what_cannot_be_streamed_is_refused_at_once(kind, keywords, said):
    with pytest.raises(spectro.ParameterError, match=rf"^\[\w+\] {said}") as caught:
        kind(**keywords)
    assert "\n" not in str(caught.value)


@every_stream
def test_keywords_are_those_of_the_function(kind):
    names = {"STFT": "stft", "ISTFT": "istft", "MFCC": "mfcc", "OnsetStrength": "onset_strength"}
    own = inspect.signature(getattr(spectro, names.get(kind.__name__, "melspectrogram"))).parameters.values()
    assert list(inspect.signature(kind).parameters.values()) == [
        p for p in own if p.name not in ("y", "S", "stft_matrix")
    ]
    with pytest.raises(TypeError, match=rf"^\[{kind.__name__}\] unknown keyword 'hop'; use 'hop_length'"):
        kind(hop=3)
    with pytest.raises(TypeError, match=r"unknown keyword 'S'"):
        kind(S=np.ones((3, 3)))
    kind(**({"top_db": None} if kind in (streaming.MFCC, streaming.OnsetStrength) else {}))


def test_frames_of_other_sizes_are_refused():
    stream = streaming.ISTFT(n_fft=64)
    with pytest.raises(spectro.ParameterError, match=r"n_fft=64 has 33 frequency bins, but the frames have 32"):
        stream.push(np.zeros((32, 4), np.complex64))
    with pytest.raises(spectro.ParameterError, match=r"^\[ISTFT\] latency follows from n_fft"):
        streaming.ISTFT().latency  # noqa: B018


def test_blocks_of_a_file_are_streamed():
    sf = pytest.importorskip("soundfile")
    y = 0.1 * normal(5000).astype(np.float32)
    sf.write(wav := io.BytesIO(), y, 8000, format="WAV", subtype="FLOAT")
    blocks = spectro.stream(io.BytesIO(wav.getvalue()), block_length=4, frame_length=256, hop_length=256)
    stream = streaming.MFCC(**MEL, n_mfcc=4)
    check(joined([*map(stream.push, blocks), stream.flush()]), cepstrum(y, **MEL, n_mfcc=4))
