"""Arrays cross between NumPy and an NVIDIA GPU by the driver's copies: every layout, value for value."""

from __future__ import annotations

import ctypes
import threading

import mlx.core as mx
import numpy as np
import pytest
from case import normal

import spectro
from spectro._floor import arrays, transfers

ON_CUDA = mx.cuda.is_available() and mx.default_device() == mx.Device(mx.gpu)


@pytest.fixture(autouse=True)
def copied(monkeypatch):
    """The bytes of each copy; where there is no such GPU, the host's memory stands in for it."""
    seen = []
    real = transfers._copy if ON_CUDA else lambda target, source, size: bool(ctypes.memmove(target, source, size))
    monkeypatch.setattr(transfers, "_copy", lambda *given: seen.append(given[2]) or real(*given))
    monkeypatch.setattr(transfers, "_by_driver", lambda: True)
    return seen


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
def test_there(dtype, copied):
    x = (normal(3, 40, 50) + 1j * normal(3, 40, 50)).astype(dtype) if dtype == np.complex64 else normal(3, 40, 50)
    x = x.astype(dtype)
    for given in (x, x.swapaxes(0, 2), x[:, ::2], x[::-1]):
        np.testing.assert_array_equal(np.array(arrays.in_mlx(given)), given)
    assert copied == [x.nbytes, x.nbytes, x.nbytes // 2, x.nbytes]


VIEWS = {
    "as it lies": lambda x: x,
    "transposed": lambda x: x.swapaxes(-1, -2),
    "turned": lambda x: x.transpose(2, 0, 1),
    "one channel": lambda x: x[1],
    "from the middle": lambda x: x[1:],
    "with an axis more": lambda x: x[:, None, :, :, None],
}
OTHERS = {
    "every other": lambda x: x[:, ::2],
    "a part of each row": lambda x: x[..., 3:],
    "repeated": lambda x: mx.broadcast_to(x[:1], (4, 40, 50)),
    "backwards": lambda x: x[::-1],
}


@pytest.mark.parametrize("dtype", [mx.float32, mx.complex64])
@pytest.mark.parametrize("name", [*VIEWS, *OTHERS])
def test_and_back(name, dtype, copied):
    x = mx.array(normal(3, 40, 50)).astype(dtype) * (1 + 2j if dtype == mx.complex64 else 1)
    mx.eval(x)
    view = {**VIEWS, **OTHERS}[name](x)
    got = arrays.to_numpy(view)
    np.testing.assert_array_equal(got, np.array(view))
    assert (got.flags.writeable and got.flags.owndata) or got.base.flags.owndata
    if name in VIEWS:
        assert copied == [got.nbytes]


def test_what_is_small_or_of_another_type_is_left_to_mlx(copied):
    for x in (mx.zeros(8), mx.zeros((64, 64), dtype=mx.int32), mx.zeros((64, 64), dtype=mx.bool_), mx.zeros((0, 9))):
        assert arrays.to_numpy(x).shape == x.shape
    assert arrays.in_mlx(np.zeros(8, np.float32)).shape == (8,)
    assert copied == []


def test_a_copy_that_fails_is_left_to_mlx(monkeypatch):
    monkeypatch.setattr(transfers, "_copy", lambda *given: False)
    x = normal(64, 64).astype(np.float32)
    np.testing.assert_array_equal(arrays.to_numpy(arrays.in_mlx(x)), x)


def test_arrays_of_many_threads(copied):
    x = [normal(64, 64, seed=i).astype(np.float32) for i in range(8)]
    wrong = []

    def there_and_back(own):
        for _ in range(20):
            if not np.array_equal(arrays.to_numpy(arrays.in_mlx(own)), own):
                wrong.append(own)

    threads = [threading.Thread(target=there_and_back, args=(own,)) for own in x]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not ON_CUDA, reason="needs an NVIDIA GPU")
def test_a_function_of_numpy_takes_these_roads(copied):
    y = normal(2, 22050).astype(np.float32)
    D = spectro.stft(y)
    assert copied == [y.nbytes, D.nbytes]
    np.testing.assert_array_equal(D, np.array(spectro.stft(mx.array(y))))


def test_users_take_arrays_there_and_back(copied):
    x = normal(3, 40, 50).astype(np.float32)
    y = spectro.to_mlx(x)
    np.testing.assert_array_equal(spectro.to_numpy(y), x)
    assert copied == [x.nbytes, x.nbytes]
    assert spectro.to_mlx(y) is y
    assert spectro.to_numpy(x) is x
    assert spectro.to_mlx([1, 2]).dtype == mx.int64
    assert spectro.to_mlx(x.astype(np.float64)).dtype == mx.float32
    assert spectro.to_numpy(y.astype(mx.bfloat16)).dtype == np.float32
    assert spectro.to_numpy(mx.array(2.5)) == 2.5
    assert spectro.to_numpy(mx.zeros((0, 3), dtype=mx.complex64)).shape == (0, 3)


@pytest.mark.parametrize("given", ["text", None, [[1, 2], [3]], [object()], b"bytes"])
def test_what_is_no_array_of_numbers_is_refused(given):
    with pytest.raises(spectro.ParameterError, match=r"\[to_mlx\] x must be an array"):
        spectro.to_mlx(given)
