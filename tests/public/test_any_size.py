"""Traces of arrays of any size: right for every length, or refused in one sentence; and what can be exported."""

from __future__ import annotations

import mlx.core as mx
import pytest
import tolerances
from case import normal
from cases import LAZY
from comparing import assert_close

import spectro

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*squared windows vanish")

BACKENDS = ("auto", "reference")
OURS = r"^\[\w+\] sizes must be [^;]*shapeless=True[^;]*; leave it out of mx\.compile"
SIZED = {"window"}  # arrays whose size is an option of the call
# Functions that need no size, so that refusing would be too much.
OF_ANY_SIZE = ("power_to_db", "db_to_amplitude", "magphase-phase", "hz_to_mel", "time_to_frames", "frames_to_time")


def longer(row):
    """The arrays of a row, the data half as long again."""
    size = row.arrays[row.data].shape[-1]
    return [
        x if name in SIZED or x.shape[-1] != size else mx.concatenate([x, x[..., : max(1, size // 2)]], axis=-1)
        for name, x in row.mlx().items()
    ]


def assert_right_or_refused(call, first, second, *, refused=OURS):
    """Call what was compiled with one size with another."""
    compiled = mx.compile(call, shapeless=True)
    try:
        mx.eval(compiled(*first))
        got = compiled(*second)
    except ValueError as error:
        with pytest.raises(ValueError, match=refused):
            raise
        return error
    want = call(*second)
    assert got.shape == want.shape
    assert_close(got, want, tolerances.COMPILED)
    return None


@pytest.mark.parametrize("name", [name for name, row in LAZY.items() if row.data not in SIZED])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_function_is_right_for_every_size_or_refuses_a_trace_of_any(name, backend):
    row = LAZY[name]
    with spectro.use_backend(backend):
        error = assert_right_or_refused(
            lambda *arrays: row.call(**dict(zip(row.arrays, arrays))), list(row.mlx().values()), longer(row)
        )
    of_any_size = () if backend == "auto" and mx.default_device() == mx.gpu else OF_ANY_SIZE  # kernels need sizes
    assert error is None or name not in of_any_size


def signal(*shape):
    return mx.array(normal(*shape), dtype=mx.float32)


FRAMED = {
    "stft": lambda y: spectro.stft(y, n_fft=16),
    "spectrogram": lambda y: spectro.melspectrogram(y, n_fft=64, n_mels=4),
    "istft": lambda D: spectro.istft(D),
    "flux": lambda S: spectro.onset_strength(S=S),
}
SPECTRUM = {"istft", "flux"}


def sizes(name):
    shapes = ((9, 7), (9, 11)) if name in SPECTRUM else ((300,), (500,))
    return [signal(*shape).astype(mx.complex64 if name == "istft" else mx.float32) for shape in shapes]


def refusal(call, first, second):
    """What the call says, compiled for any size, of another size than its first."""
    compiled = mx.compile(call, shapeless=True)
    with pytest.raises(ValueError, match=OURS) as caught:
        mx.eval(compiled(first), compiled(second))
    return str(caught.value)


@pytest.mark.parametrize("name", FRAMED)
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_counts_frames_names_what_was_called(name, backend):
    first, second = sizes(name)
    public = {"spectrogram": "melspectrogram", "flux": "onset_strength"}.get(name, name)
    with spectro.use_backend(backend):
        said = refusal(FRAMED[name], first, second)
    assert said.startswith((f"[{name}] ", f"[{public}] "))
    assert FRAMED[name](second).size, "and a refusal leaves nothing behind"
    assert mx.compile(FRAMED[name])(second).size


@pytest.mark.parametrize("name", FRAMED)
@pytest.mark.parametrize("known", [0, 3], ids=["first-call", "known-call"])
@pytest.mark.parametrize("transform", [mx.grad, mx.vmap, mx.compile], ids=["grad", "vmap", "compile"])
def test_traces_of_any_size_are_seen_through_other_transformations(name, known, transform):
    first, second = (mx.stack([x.real] * 2) for x in sizes(name))
    loss = lambda x: mx.abs(FRAMED[name](x)).sum()  # noqa: E731
    for _ in range(known):
        loss(first)
    refusal(lambda x: transform(loss)(x) + 0, first, second)


def test_constants_in_a_trace_of_any_size_have_their_size():
    y = signal(300)
    D = spectro.stft(y, n_fft=16)
    # MLX's custom kernels infer no sizes, and MLX says so
    refused = "cannot infer output shapes" if mx.default_device() == mx.gpu else "never"
    assert_right_or_refused(
        lambda x: x + mx.abs(spectro.stft(y, n_fft=16)).sum(), [signal(3)], [signal(5)], refused=refused
    )
    assert spectro.stft(y, n_fft=16).shape == D.shape


TRANSFORM = spectro.SpectralTransform(n_fft=16, hop_length=4)
OBJECTS = {
    "stft": (TRANSFORM.stft, (1, 300), (1, 500), mx.float32),
    "bnf": (TRANSFORM.differentiable_stft, (1, 300), (1, 500), mx.float32),
    "istft": (TRANSFORM.istft, (1, 9, 7), (1, 9, 11), mx.complex64),
    "istft-plain": (lambda z: TRANSFORM.istft(z, allow_fused=False), (1, 9, 7), (1, 9, 11), mx.complex64),
    "pair": (lambda x: TRANSFORM.istft(TRANSFORM.stft(x)), (1, 300), (1, 500), mx.float32),
    "mel": (spectro.MelSpectrogramTransform(n_fft=64, n_mels=4), (1, 300), (1, 500), mx.float32),
}


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_transform_objects_refuse_a_trace_of_any_size(name, backend):
    call, first, second, dtype = OBJECTS[name]
    with spectro.use_backend(backend):
        first, second = (signal(*shape).astype(dtype) for shape in (first, second))
        for _ in range(2):  # an object remembers the size that it met last
            refusal(call, first, second)
            call(second)


EXPORTED = {**FRAMED, "decibels": spectro.power_to_db, "mel": spectro.hz_to_mel}


@pytest.mark.parametrize("name", EXPORTED)
@pytest.mark.parametrize("backend", BACKENDS)
def test_exporting_works_or_names_the_way(name, backend, tmp_path):
    x = mx.abs(sizes(name)[0]) if name in ("decibels", "mel") else sizes(name)[0]
    file = str(tmp_path / "function.mlxfn")
    fast = backend == "auto" and name != "mel"
    with spectro.use_backend(backend):
        if fast and spectro._engine.dispatch.unavailable(spectro._engine.dispatch.device()) is None:
            way = r"primitive \w+;\sexport\sinside\sspectro\.use_backend\('reference'\)$"
            with pytest.raises(ValueError, match=way):
                mx.export_function(file, EXPORTED[name], x)
            return
        mx.export_function(file, EXPORTED[name], x)
        assert_close(mx.import_function(file)(x)[0], EXPORTED[name](x), tolerances.COMPILED)


@pytest.mark.parametrize("name", FRAMED)
@pytest.mark.parametrize("backend", BACKENDS)
def test_exporting_for_any_size_is_refused(name, backend, tmp_path):
    refused = rf"{OURS}|use_backend\('reference'\)$"
    with spectro.use_backend(backend), pytest.raises(ValueError, match=refused):
        mx.export_function(str(tmp_path / "function.mlxfn"), FRAMED[name], sizes(name)[0], shapeless=True)
