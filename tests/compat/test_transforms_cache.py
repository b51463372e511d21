"""Shared and compiled transforms: identity, counters, several shapes, outer compilation, threads."""

import concurrent.futures
import functools
import gc
import inspect
import subprocess
import sys
import threading
import types
import weakref

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import COMPILED, REFERENCE, ROUND_TRIP
from transforms_oracle import istft64, stft64, window64

import spectro
from spectro import MelSpectrogramTransform, SpectralTransform, get_transform_mlx
from spectro._engine import dispatch
from spectro._floor import caches
from spectro._floor.memo import Memo
from spectro._plans import IstftPlan, StftPlan
from spectro.compat.mlx_spectro import cache, compiled
from spectro.errors import ParameterError

CONFIGURATION = {
    "n_fft": 512,
    "hop_length": 128,
    "win_length": 400,
    "window_fn": "hann",
    "window": None,
    "periodic": True,
    "center": True,
    "normalized": False,
}


def noise(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.fixture
def counted(monkeypatch):
    monkeypatch.setenv("SPEC_MLX_CACHE_STATS", "1")
    spectro.reset_cache_debug_stats()
    return lambda: spectro.get_cache_debug_stats()["counters"]


def test_the_same_parameters_give_the_same_object():
    transform = get_transform_mlx(**CONFIGURATION)
    assert isinstance(transform, SpectralTransform)
    assert get_transform_mlx(**CONFIGURATION, istft_backend_policy=None) is transform
    assert_close(transform.stft(noise(1, 4000)), SpectralTransform(512, 128, 400).stft(noise(1, 4000)), 0)


@pytest.mark.parametrize(
    "other",
    [
        {"n_fft": 1024},
        {"hop_length": 127},
        {"win_length": None},
        {"window_fn": "hamming"},
        {"periodic": False},
        {"center": False},
        {"normalized": True},
        {"istft_backend_policy": "mlx_fft"},
    ],
)
def test_every_parameter_is_part_of_the_key(other):
    transform = get_transform_mlx(**{**CONFIGURATION, **other})
    assert transform is not get_transform_mlx(**CONFIGURATION)
    assert transform is get_transform_mlx(**{**CONFIGURATION, **other})
    for name, value in other.items():
        if name != "win_length":
            assert getattr(transform, name) == value


@pytest.mark.parametrize("name", sorted(CONFIGURATION))
def test_every_keyword_must_be_given(name):
    with pytest.raises(TypeError, match=name):
        get_transform_mlx(**{key: value for key, value in CONFIGURATION.items() if key != name})
    assert inspect.signature(get_transform_mlx).parameters[name].kind is inspect.Parameter.KEYWORD_ONLY


def test_unknown_keywords_and_bad_parameters_are_refused_and_not_kept():
    with pytest.raises(TypeError, match="win_len"):
        get_transform_mlx(**CONFIGURATION, win_len=400)
    kept = spectro.get_cache_debug_stats()["transforms"]
    with pytest.raises(ParameterError, match="hop_length must be positive"):
        get_transform_mlx(**{**CONFIGURATION, "hop_length": 0})
    assert spectro.get_cache_debug_stats()["transforms"] == kept


@pytest.mark.parametrize("window", [mx.ones(400), np.ones(512)])
def test_a_window_array_is_never_cached(window):
    kept = spectro.get_cache_debug_stats()["transforms"]
    first, second = (get_transform_mlx(**{**CONFIGURATION, "window": window}) for _ in range(2))
    assert first is not second
    assert spectro.get_cache_debug_stats()["transforms"] == kept


def test_the_cache_is_bounded_and_drops_the_least_recently_used(monkeypatch):
    monkeypatch.setattr(cache, "_transforms", Memo(3))
    first, second = (get_transform_mlx(**{**CONFIGURATION, "hop_length": hop}) for hop in (1, 2))
    for hop in (3, 1, 4):
        get_transform_mlx(**{**CONFIGURATION, "hop_length": hop})
    assert spectro.get_cache_debug_stats()["transforms"] == 3
    assert get_transform_mlx(**{**CONFIGURATION, "hop_length": 1}) is first
    assert get_transform_mlx(**{**CONFIGURATION, "hop_length": 2}) is not second


def test_events_are_counted_when_asked(counted):
    for window in (None, None, mx.ones(512)):
        get_transform_mlx(**{**CONFIGURATION, "hop_length": 97, "window": window})
    expected = {"transform_cache.miss": 1, "transform_cache.hit": 1, "transform_cache.uncached": 1}
    stats = spectro.get_cache_debug_stats(reset=True)
    assert stats["enabled"] is True
    assert stats["counters"] == stats["counts"] == expected
    assert counted() == {}
    get_transform_mlx(**{**CONFIGURATION, "hop_length": 97})
    assert counted() == {"transform_cache.hit": 1}
    spectro.reset_cache_debug_stats()
    assert counted() == {}


def test_the_stats_tell_of_kernels_without_loading_any(monkeypatch):
    code = "import sys, spectro; print(spectro.get_cache_debug_stats()['kernel_cache'], 'spectro._gpu' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "{} False\n", done.stderr
    module = types.ModuleType("spectro._gpu.kernels_of_a_test")
    module.kernel = functools.lru_cache(maxsize=8)(lambda name: name)
    module.kernel.__module__, module.kernel.__name__ = module.__name__, "kernel"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for name in "aba":
        module.kernel(name)
    stats = spectro.get_cache_debug_stats()["kernel_cache"]["spectro._gpu.kernels_of_a_test.kernel"]
    assert stats == {"hits": 1, "misses": 2, "maxsize": 8, "currsize": 2}


def test_nothing_is_counted_by_default(monkeypatch):
    monkeypatch.delenv("SPEC_MLX_CACHE_STATS", raising=False)
    spectro.reset_cache_debug_stats()
    get_transform_mlx(**CONFIGURATION)
    stats = spectro.get_cache_debug_stats()
    assert (stats["enabled"], stats["counters"]) == (False, {})


def test_the_device_key_names_kind_and_device():
    kind, name = spectro.spec_mlx_device_key().split(":", 1)
    assert kind == mx.default_device().type.name
    assert name


@pytest.mark.parametrize("layout", ["bnf", "bfn"])
def test_a_compiled_pair_equals_the_eager_calls_for_any_batch(layout):
    transform = SpectralTransform(400, 160)
    stft, istft = transform.compiled_pair(length=4000, layout=layout, warmup_batch=2)
    for x in (noise(2, 4000), noise(5, 4000), noise(4000)):
        z = stft(mx.array(x))
        assert z.dtype == mx.complex64
        assert_close(z, transform.stft(mx.array(x), output_layout=layout), COMPILED)
        y = istft(z)
        assert_close(y, transform.istft(z, 4000, input_layout=layout), COMPILED)
        assert_close(y, np.atleast_2d(x), ROUND_TRIP)


def test_a_compiled_pair_is_kept_per_configuration():
    transform = SpectralTransform(400, 160)
    pair = transform.compiled_pair(4000)
    again = transform.compiled_pair(length=4000, layout="bnf", warmup_batch=1)
    other = transform.compiled_pair(9000)
    assert pair[0] is again[0] is other[0]
    assert pair[1] is again[1] is not other[1]
    assert pair[0] is not transform.compiled_pair(4000, layout="bfn")[0]
    assert transform.get_compiled_stft(output_layout="bnf") is pair[0]
    assert transform.get_compiled_istft(length=4000, input_layout="bnf") is pair[1]
    parameters = inspect.signature(SpectralTransform.compiled_pair).parameters
    assert [parameters[name].default for name in ("layout", "warmup_batch")] == ["bnf", None]


def test_compiled_methods_equal_the_eager_ones():
    transform, x = SpectralTransform(400, 160), mx.array(noise(2, 4000))
    z = transform.stft(x)
    assert_close(transform.stft_compiled(x), z, COMPILED)
    assert_close(transform.istft_compiled(z), transform.istft(z), COMPILED)
    assert_close(transform.istft_compiled(z, length=4000), np.array(x), ROUND_TRIP)
    strict = transform.get_compiled_istft(length=4000, torch_like=True, safety="off")
    assert_close(strict(z), np.array(x), ROUND_TRIP)


def test_bad_arguments_of_compiled_forms_are_refused_at_once():
    transform = SpectralTransform(400, 160)
    for call, words in [
        (lambda: transform.compiled_pair(0), "length must be a positive integer, got 0"),
        (lambda: transform.compiled_pair(800, layout="nbf"), "layout must be one of 'bfn', 'bnf'"),
        (lambda: transform.compiled_pair(800, warmup_batch=0), "warmup_batch must be a positive integer"),
        (lambda: transform.get_compiled_stft(output_layout="x"), "output_layout must be one of"),
        (lambda: transform.get_compiled_istft(input_layout="x"), "input_layout must be one of"),
        (lambda: transform.compiled_pair(800)[0](mx.zeros((1, 2, 800))), "1D or 2D"),
    ]:
        with pytest.raises(ParameterError, match=words):
            call()


def test_warming_up_leaves_the_answers_alone():
    transform, x = SpectralTransform(400, 160), mx.array(noise(1, 4000))
    before = np.array(transform.stft(x))
    transform.warmup()
    transform.warmup(batch=2, length=100)
    transform.prewarm_kernels()
    transform.prewarm_compiled(length=4000)
    transform.prewarm_compiled(batch=2, length=4000, torch_like=True)
    assert_close(transform.stft(x), before, REFERENCE)  # a tuned kernel may round otherwise


@pytest.mark.parametrize("warmup_batch", [None, 2])
def test_a_pair_may_be_built_inside_an_outer_compile(warmup_batch):
    shared = SpectralTransform(400, 160)

    @mx.compile
    def program(x):
        own = SpectralTransform(400, 160, window_fn="hamming")
        stft, istft = own.compiled_pair(length=4000, layout="bfn", warmup_batch=warmup_batch)
        forth, back = shared.compiled_pair(length=4000, warmup_batch=warmup_batch)
        return istft(stft(x)) + back(forth(x))

    for batch in (2, 3):
        x = noise(batch, 4000)
        assert_close(program(mx.array(x)), 2 * x, ROUND_TRIP)
    stft, istft = shared.compiled_pair(length=4000)
    assert_close(istft(stft(mx.array(x))), x, ROUND_TRIP)


def test_compiled_forms_are_bounded(monkeypatch):
    monkeypatch.setattr(compiled, "LIMIT", 4)
    transform = SpectralTransform(64, 16)
    used = transform.get_compiled_stft()
    for length in range(1, 9):
        transform.get_compiled_istft(length=length)
        assert transform.get_compiled_stft() is used  # used again and again, so kept
    assert len(transform._compiled) == 4


def test_a_transform_with_compiled_forms_can_be_freed():
    transform = SpectralTransform(400, 160, window=np.ones(400))
    transform.compiled_pair(4000, warmup_batch=1)
    gone = weakref.ref(transform)
    del transform
    gc.collect()
    assert gone() is None


def elsewhere(make):
    """Call on a thread that is gone afterwards."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(make).result()


def test_eight_threads_share_one_transform():
    made = elsewhere(lambda: SpectralTransform(400, 160))
    mel = elsewhere(lambda: MelSpectrogramTransform(16000, 400, n_mels=20))
    x = noise(8, 2, 4000)
    ready = threading.Barrier(8)

    def work(i):
        ready.wait()
        signal = mx.array(x[i])
        z = made.stft(signal)
        stft, istft = made.compiled_pair(length=4000, layout="bfn")
        shared = get_transform_mlx(**{**CONFIGURATION, "hop_length": 75})
        out = z, made.istft(z, 4000), istft(stft(signal)), shared.stft(signal), mel(signal)
        mx.eval(out)
        return id(shared), [np.array(a) for a in out]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(8)))
    assert len({shared for shared, _ in results}) == 1
    for signal, (_, (z, y, compiled_y, shared_z, bands)) in zip(x, results, strict=True):
        truth = stft64(signal, 400, 160, window64("hann", 400))
        assert_close(z, truth, REFERENCE)
        assert_close(y, istft64(truth, 400, 160, window64("hann", 400), length=4000), ROUND_TRIP)
        assert_close(compiled_y, signal, ROUND_TRIP)
        assert_close(shared_z, stft64(signal, 512, 75, window64("hann", 400, 512)), REFERENCE)
        assert_close(bands, mel(mx.array(signal)), COMPILED)


def test_warmup_tunes_both_transforms_of_a_device_that_tunes(monkeypatch):
    tuned = []
    monkeypatch.setattr(compiled, "tune", tuned.extend)
    SpectralTransform(512, 128).warmup(batch=3, length=6000)
    assert [(type(plan), shape) for plan, shape in tuned] == [(StftPlan, (3, 6000)), (IstftPlan, (3, 47, 257))]


def test_what_warms_up_measures_and_no_call_does(monkeypatch):
    import spectro._gpu

    asked = []
    monkeypatch.setattr(spectro._gpu, "warmup", lambda plan, shape, limit: asked.append((shape, limit)))
    for module in (compiled, dispatch):
        monkeypatch.setattr(module, "tune", lambda operations: asked.extend(operations))
    transform, mel, x = SpectralTransform(400, 160), MelSpectrogramTransform(16000, 400, n_mels=20), noise(2, 4000)
    stft, istft = transform.compiled_pair(4000, warmup_batch=2)
    forms = [transform.istft(transform.stft(x), 4000), istft(stft(mx.array(x))), mel(x), mel.spectrogram(x)]
    forms += [transform.differentiable_istft(transform.differentiable_stft(x)), transform.stft_compiled(mx.array(x))]
    mx.eval(forms)
    assert asked == []
    for warm in (transform.warmup, transform.prewarm_kernels, transform.prewarm_compiled):
        warm()
        assert len(asked) == 2, warm
        asked.clear()


def test_all_that_is_kept_is_let_go_and_made_again():
    transform, x = SpectralTransform(400, 160), mx.array(noise(1, 4000))
    before, shared = np.array(transform.stft_compiled(x)), get_transform_mlx(**CONFIGURATION)
    spectro.clear_cache()
    assert len(transform._compiled) == spectro.get_cache_debug_stats()["transforms"] == 0
    assert get_transform_mlx(**CONFIGURATION) is not shared
    # a GPU may take another variant of the kernel, whose sums have another order
    assert_close(transform.stft_compiled(x), before, 0 if dispatch.device() == "cpu" else REFERENCE)


def test_the_child_of_a_fork_gets_the_locks_of_transforms_anew():
    transform = SpectralTransform(400, 160)
    held = threading.Thread(target=transform._compiled._lock.acquire)  # and never released, as by a thread forked away
    held.start()
    held.join()
    caches.unlock()
    assert elsewhere(transform.get_compiled_stft) is transform.get_compiled_stft()
