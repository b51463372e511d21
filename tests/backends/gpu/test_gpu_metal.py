"""The text that Metal and NVRTC would receive: budgets, words, a C++ compiler's opinion; and Apple's defaults."""

from __future__ import annotations

import dataclasses
import re
import warnings
from pathlib import Path

import mlx.core as mx
import pytest
from gpu import agree, bank_of, launcher, noise, pocl, window_of  # noqa: F401
from tolerances import REFERENCE

import spectro
from spectro import _gpu, _reference
from spectro._constants.banks import MelBank
from spectro._floor import fallbacks
from spectro._gpu.launch import build, cuda, fft, kinds, measuring, tuning
from spectro._gpu.ops.analysis import BANK, POWER, SPECTRUM, Analysis, Epilogue, chosen
from spectro._gpu.ops.analysis import launch as analysis
from spectro._gpu.ops.synthesis import Synthesis
from spectro._gpu.ops.synthesis import launch as synthesis
from spectro._plans import DecibelPlan, FluxPlan, IstftPlan, SpectrogramPlan, StftPlan
from spectro.errors import FallbackWarning

KERNELS = Path(build.__file__).parents[1] / "kernels"
WORDS = (Path(__file__).parents[2] / "helpers/metal_words.h").read_text(encoding="utf-8")
TYPES = {mx.float32: "float", mx.int32: "int32_t", mx.complex64: "complex64_t"}
SIZES = [*fft.smooth(16, 8192), 37, 1021, 1102, 2053, 4106]
FEW = [16, 45, 64, 480, 512, 882, 1021, 1024, 1102, 2048, 3645, 8192]
GRID = ("thread_position_in_threadgroup", "threadgroup_position_in_grid")


@pytest.fixture(autouse=True, scope="module")
def apple():
    """The kind of GPU that receives Metal's text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds, "current", lambda: kinds.APPLE)
        spectro.clear_cache()
        yield
    spectro.clear_cache()


@pytest.fixture
def nvidia(monkeypatch):
    monkeypatch.setattr(kinds, "current", lambda: kinds.NVIDIA)
    spectro.clear_cache()
    yield
    spectro.clear_cache()


def launches(n_fft):
    """Each kind of launch that the backend makes of a size, for an even and an uneven hop."""
    bands = MelBank.of("test", sr=8000, n_fft=n_fft, n_mels=4, fmin=0, fmax=None, htk=False, norm=None).n_bands
    found = []
    for hop, pad_mode in ((max(1, n_fft // 4), "reflect"), (n_fft // 3 + 1, "constant")):
        a = Analysis(n_fft, hop, n_fft // 2, 9, pad_mode)
        log = DecibelPlan(10.0, 1e-10, 80.0, (-2, -1))
        ends = [Epilogue(POWER, 0.5), Epilogue(BANK, 2.0, bands), Epilogue(POWER, 2.0, 0, log)]
        for e in (Epilogue(SPECTRUM), *ends, Epilogue(BANK, 1.0, bands, log)):
            found.append(analysis(a, chosen(a, e, 10), e, 2, 10**4))
        found.append(analysis(a, chosen(a, Epilogue(), 10), Epilogue(), 1, 5))
        for floor in (None, 1e-8):
            s = Synthesis(n_fft, hop, n_fft // 2, 10**4, 1 / n_fft, 1 / n_fft, floor)
            found.append(synthesis(s, *tuning.synthesis(n_fft, hop, 100), 2, 9))
    return found


def signature(kernel, small=()):
    """What MLX writes around a body: inputs, the shapes that the body names, the output, the grid names it uses."""
    kinds = {"numbers": "int32_t", "starts": "int32_t", "counts": "int32_t", "offsets": "int32_t"}
    kinds |= {"spectrum": "complex64_t"}
    out = "complex64_t" if dict(kernel.defines).get("EPILOGUE") == SPECTRUM else "float"
    arguments = []
    for name in kernel.inputs:
        arguments.append(f"const {'constant' if name in small else 'device'} {kinds.get(name, 'float')}* {name}")
        arguments += [f"const constant int* {name}_shape"] if f"{name}_shape" in kernel.body else []
        arguments += [f"const constant int64_t* {name}_strides"] if f"{name}_strides" in kernel.body else []
    arguments.append(f"device {out}* {kernel.output}")
    listed = [f"{argument} [[buffer({i})]]" for i, argument in enumerate(arguments)]
    listed += [f"uint3 {word} [[{word}]]" for word in GRID if word in kernel.body]
    return f"[[kernel]] void custom_kernel_{kernel.name}({', '.join(listed)})"


def metal_text(kernel, small=()):
    return f"{build.metal_header(kernel)}{signature(kernel, small)} {{\n{kernel.body}\n}}\n"


def threadgroup_bytes(kernel):
    words = {k: v for k, v in kernel.defines if isinstance(v, int)}
    sizes = {"float": 4, "uint": 4, "cfloat": 8}
    total = 0
    for kind, count in re.findall(r"SHARED (\w+) \w+\[([^\]]*)\]", kernel.body):
        total += sizes[dict(kernel.defines).get(kind, kind)] * eval(
            re.sub(r"[A-Z_]+", lambda m: str(words[m[0]]), count)
        )
    return total


@pytest.mark.parametrize("n_fft", SIZES)
def test_every_launch_keeps_metals_limits(n_fft):
    for launch in launches(n_fft):
        assert 0 < threadgroup_bytes(launch.kernel) <= 32768, launch.kernel.defines
        assert launch.threads <= 512


@pytest.mark.parametrize("n_fft", [64, 480, 1024, 8192, 3645, 7203, 1021])
def test_every_variant_that_tuning_tries_keeps_them_too(n_fft):
    for t in measuring.variants(n_fft):
        assert t.bytes <= 32768
        assert t.threads <= 512


def test_the_budget_is_read_off_the_text():
    kernel = launches(1024)[0].kernel
    wide = dataclasses.replace(kernel, defines=(*kernel.defines, ("TRANSFORMS_PER_GROUP", 9)))
    assert threadgroup_bytes(wide) > 32768 > threadgroup_bytes(kernel)


def test_only_dialects_speak_a_vendors_words():
    words = r"(threadgroup|simdgroup)_barrier|__\w+|metal::|threadIdx|blockIdx|barrier\(|get_\w+_id|float2"
    words += r"|\bdevice\b|\bthread\b"
    for file in KERNELS.glob("*.h"):
        code = re.sub(r"//.*", "", file.read_text()).replace("typedef float2 cfloat;", "")
        if not file.name.startswith("dialect_"):
            assert not re.search(words, code.replace("_in_threadgroup", "")), file.name


def test_bodies_name_the_grid_and_no_local_looks_like_a_shape():
    for launch in launches(1024):
        body = launch.kernel.body
        assert all(word in body for word in GRID)
        named = set(re.findall(r"\b(\w+)_(?:shape|strides|ndim)\b", body))
        assert named <= set(launch.kernel.inputs)


def test_kernels_are_named_by_all_that_makes_them():
    names = [launch.kernel.name for n in FEW for launch in launches(n)]
    texts = {launch.kernel.name: launch.kernel.header + launch.kernel.body for n in FEW for launch in launches(n)}
    assert len(set(texts.values())) == len(set(names))


def compiler_says(text):
    """The errors of clang's parser, which knows address spaces."""
    # variables of a kernel function are in threadgroup memory for the whole group: static, to C++
    text = re.sub(
        r"^threadgroup ", "static threadgroup ", text.replace("SHARED exchange_t", "threadgroup exchange_t"), flags=re.M
    )
    text = WORDS + re.sub(r"SHARED (float|uint) ", r"static threadgroup \1 ", text)
    clang = pytest.importorskip("clang.cindex", reason="pip install libclang")
    unit = clang.Index.create().parse("kernel.cpp", ["-std=c++17"], unsaved_files=[("kernel.cpp", text)])
    return [str(d) for d in unit.diagnostics if d.severity >= clang.Diagnostic.Error]


@pytest.mark.parametrize("n_fft", FEW)
def test_a_cpp_compiler_takes_the_metal_text(n_fft):
    for launch in launches(n_fft)[:11]:
        small = ("y",) if dict(launch.kernel.defines).get("TINY_INPUT") else ()
        assert not compiler_says(metal_text(launch.kernel, small))


@pytest.mark.parametrize("stem", ["frames", "overlap", "filterbank", "flux", "decibels"])
def test_a_cpp_compiler_takes_the_small_kernels(stem, monkeypatch):
    kept = []
    monkeypatch.setattr(build.Launch, "run", lambda self, *_: kept.append(self.kernel) or mx.zeros(self.shape))
    bank = MelBank.of("test", sr=8000, n_fft=64, n_mels=4, fmin=0, fmax=None, htk=False, norm=None)
    _gpu.stft(StftPlan(13, 3, 13), mx.zeros(500), mx.ones(13))
    mx.vjp(
        lambda y: _gpu.stft(StftPlan(13, 3, 13), y, mx.ones(13)), [mx.zeros(500)], [mx.zeros((167, 7), mx.complex64)]
    )
    _gpu.filterbank(bank, mx.zeros((5, 33)))
    _gpu.flux(FluxPlan(1, 3, True), mx.zeros((5, 8)), None)
    for top_db in (None, 80.0):
        _gpu.decibels(DecibelPlan(10.0, 1e-10, top_db, (-2, -1)), mx.ones((2, 2, 1)), mx.ones((2, 1, 1)))
    for kernel in {k for k in kept if k.stem == stem}:
        # fewer than eight elements are in `constant` memory
        for small in ((), ("ref", "peak"), ("values", "ref", "peak")) if stem == "decibels" else ((),):
            assert not compiler_says(metal_text(kernel, small))
    assert any(k.stem == stem for k in kept)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("uint lane =", "uint thread ="),
        ("DEVICE const cfloat* table", "SHARED_POINTER(const cfloat) table"),
        ("const int frames =", "const int half ="),
    ],
)
def test_the_compiler_sees_what_metal_would_refuse(good, bad):
    kernel = launches(1024)[0].kernel
    text = metal_text(kernel)
    assert good in text
    assert compiler_says(text.replace(good, bad))


# n_fft and frames of a transform: radices, threads of a transform, transforms of a group, bytes of a group
COUNTED = {
    (256, 1): ((8, 4, 4), 16, 8, 9984),
    (400, 1): ((8, 5, 5), 25, 5, 8480),
    (400, 2): ((10, 8, 5), 50, 5, 17920),
    (480, 1): ((8, 6, 5), 48, 2, 4736),
    (512, 1): ((8, 8, 4), 32, 4, 9152),
    (1024, 1): ((8, 8, 8), 64, 1, 4592),
    (2048, 1): ((8, 8, 4, 4), 128, 1, 9200),
    (4096, 1): ((8, 8, 8, 4), 256, 1, 18416),
}


@pytest.mark.parametrize(("n_fft", "frames"), COUNTED)
def test_apples_defaults_are_those_that_were_counted(n_fft, frames):
    plan = fft.default(n_fft, frames)
    assert (plan.radices, plan.threads_per_transform, plan.transforms_per_group, plan.bytes) == COUNTED[n_fft, frames]
    assert kinds.APPLE.filled(plan.threads, plan.bytes) > 0.97, "of 768 threads a core"
    assert plan.registers <= 10


# what was measured there, and stays
MEASURED = {
    256: ((16, 8), 8, 16),
    400: ((8, 5, 5), 14, 9),
    480: ((16, 15), 16, 8),
    512: ((16, 16), 16, 8),
    1024: ((8, 8, 8), 64, 2),
    2048: ((16, 8, 8), 64, 2),
    4096: ((16, 16, 8), 128, 1),
    8192: ((16, 16, 16), 256, 1),
}


@pytest.mark.parametrize("n_fft", MEASURED)
def test_nvidias_defaults_are_not_apples(nvidia, n_fft):
    plan = fft.default(n_fft)
    assert (plan.radices, plan.threads_per_transform, plan.transforms_per_group) == MEASURED[n_fft]


@pytest.mark.parametrize("n_fft", [*sorted({n for n, _ in COUNTED}), 45, 64, 882, 1021, 1102, 5120, 6144, 7680, 8192])
def test_apples_defaults_are_right(pocl, n_fft):  # noqa: F811
    y, w = mx.array(noise(2, 2 * n_fft + 3)), mx.array(window_of(n_fft))
    hop = n_fft // 4
    stft = StftPlan(n_fft, hop, n_fft, True, "reflect")
    agree("stft", stft, y, w)
    agree("istft", IstftPlan(n_fft, hop, n_fft, True, y.shape[1], 1e-3), _reference.stft(stft, y, w), w)
    agree(
        "spectrogram", SpectrogramPlan(stft, 2.0, bank_of(n_fft, min(100, n_fft // 8))), y, w, tolerance=2 * REFERENCE
    )


@pytest.fixture
def compiler(monkeypatch):
    """Metal, as far as kernels are made for it: a compiler that knows no attribute named `refused`."""
    made, refused = [], set()

    def metal_kernel(*, header, source, name, **rest):
        made.append((name, header))

        def call(*, output_shapes, output_dtypes, **rest):
            for word in refused:
                if word in header + source:
                    raise RuntimeError(f"Unable to build\nprogram_source:1:3: error: unknown word '{word}'")
            return [mx.zeros(output_shapes[0], dtype=output_dtypes[0])]

        return call

    monkeypatch.setattr(mx.metal, "is_available", lambda: True)
    monkeypatch.setattr(mx.fast, "metal_kernel", metal_kernel)
    monkeypatch.setattr(build, "_sized", True)
    monkeypatch.setattr(fallbacks, "_taken", {})
    spectro.clear_cache()
    yield made, refused
    monkeypatch.undo()
    spectro.clear_cache()


def transformed(n_fft):
    """Ask for a transform, as a call does."""
    return _gpu.supports("stft", StftPlan(n_fft, n_fft // 4, n_fft), mx.zeros(1000), mx.ones(n_fft))


def test_metal_is_told_how_many_threads_a_group_has(compiler):
    made, _ = compiler
    assert transformed(512)
    ((_, header),) = made
    assert header.endswith("\n[[max_total_threads_per_threadgroup(128)]]\n")


def test_a_compiler_that_refuses_to_be_told_gets_kernels_without_it(compiler, tmp_path, monkeypatch):
    made, refused = compiler
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    refused.add("max_total_threads_per_threadgroup")
    with pytest.warns(FallbackWarning, match="takes no sizes of groups.*: error: unknown word 'max_total") as caught:
        assert transformed(512)
    assert len(caught) == 1
    assert ["max_total" in header for _, header in made] == [True, False]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert transformed(1024)
    assert "max_total" not in made[-1][1] and len(made) == 3, "it is not tried again"
    assert len(fallbacks.taken()) == 1


def test_a_kernel_that_is_refused_either_way_leaves_the_others_as_they_are(compiler, tmp_path, monkeypatch):
    made, refused = compiler
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    refused.add("#define N_FFT 512\n")
    with pytest.warns(FallbackWarning, match="was refused by"):
        assert not transformed(512)
    assert transformed(1024)
    assert "max_total" in made[-1][1]


CUDA_WORDS = """
typedef unsigned int uint;
struct float2 { float x, y; };
struct uint3 { uint x, y, z; };
static uint3 threadIdx, blockIdx;
inline float2 make_float2(float x, float y) { return {x, y}; }
float fmaf(float, float, float); float sqrtf(float); float powf(float, float); float log10f(float);
float __int_as_float(int); int __float_as_int(float);
void __syncthreads(); void __syncwarp();
#define __global__
#define __device__
#define __shared__ static
#define __forceinline__ inline
"""


@pytest.mark.parametrize("n_fft", [16, 45, 480, 1024, 8192, 1021, 1102])
def test_a_cpp_compiler_takes_the_cuda_text(nvidia, n_fft):
    kinds = {"starts": mx.int32, "counts": mx.int32, "offsets": mx.int32, "spectrum": mx.complex64}
    ranks = {"y": 2, "spectrum": 3}
    for launch in launches(n_fft)[:11]:
        arrays = [mx.zeros([1] * ranks.get(name, 1), kinds.get(name, mx.float32)) for name in launch.kernel.arrays]
        text = cuda.Compiled(launch.kernel, build.dialect("cuda"))._text(arrays, launch.dtype)
        files = [("kernel.cpp", CUDA_WORDS + text)]
        clang = pytest.importorskip("clang.cindex", reason="pip install libclang")
        unit = clang.Index.create().parse("kernel.cpp", ["-std=c++17"], unsaved_files=files)
        assert [str(d) for d in unit.diagnostics if d.severity >= clang.Diagnostic.Error] == []
