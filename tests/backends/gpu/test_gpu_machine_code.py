"""Kernels are few, and for CUDA their machine code is compiled once and kept."""

from __future__ import annotations

import itertools
import os
import re
import warnings
from concurrent.futures import ThreadPoolExecutor

import mlx.core as mx
import pytest

from spectro._constants.banks import MelBank
from spectro._gpu.launch import build, cubins, cuda, nvrtc
from spectro._gpu.ops import analysis, decibels, flux, frames, synthesis
from spectro._gpu.ops.analysis import BANK, POWER, SPECTRUM, Analysis, Epilogue
from spectro._gpu.ops.synthesis import Synthesis
from spectro._plans import DecibelPlan, FluxPlan

LOG = DecibelPlan(10.0, 1e-10, None, None)


@pytest.fixture
def compiler(monkeypatch, tmp_path):
    """A compiler that turns text into text, and counts what it was asked."""
    asked = []

    def compiled(text, options):
        asked.append(text)
        return f"code of {text}".encode()

    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_CACHE_PATH", str(tmp_path / "tuned.json"))
    monkeypatch.delenv("SPEC_MLX_AUTOTUNE_PERSIST", raising=False)
    monkeypatch.setattr(nvrtc, "compiled", compiled)
    monkeypatch.setattr(nvrtc, "version", lambda: "13.0")
    monkeypatch.setattr(cuda, "_architecture", lambda: "sm_90")
    cuda._say_that_it_takes_time.cache_clear()
    return asked


def only(tmp_path):
    (file,) = (tmp_path / "kernels").glob("*.cubin")
    return file


def test_code_is_compiled_once_for_all_processes(compiler, tmp_path):
    assert cuda.machine_code("name", "text") == cuda.machine_code("name", "text") == b"code of text"
    assert compiler == ["text"]
    assert only(tmp_path).stat().st_mode & 0o077 == 0
    assert cubins.kept() == [("name", pytest.approx(0, abs=0.1), len(b"code of text"))]


@pytest.mark.parametrize("change", ["text", "architecture", "version"])
def test_another_text_device_or_compiler_is_compiled_anew(compiler, monkeypatch, change):
    cuda.machine_code("name", "text")
    if change == "architecture":
        monkeypatch.setattr(cuda, "_architecture", lambda: "sm_100")
    elif change == "version":
        monkeypatch.setattr(nvrtc, "version", lambda: "13.1")
    cuda.machine_code("name", "another text" if change == "text" else "text")
    assert len(compiler) == 2


def spoil(file, how):
    content = file.read_bytes()
    file.unlink()
    if how == "folder":
        file.mkdir()
    elif how == "pipe":
        os.mkfifo(file)
    elif how == "link to nothing":
        file.symlink_to(file.with_name("nothing"))
    else:
        places = {"empty": b"", "half": content[: len(content) // 2], "longer": content + b"0"}
        flipped = content[:-1] + bytes([content[-1] ^ 1])
        file.write_bytes({**places, "flipped": flipped, "foreign": b"\x7fELF" + content}[how])


@pytest.mark.parametrize("how", ["empty", "half", "longer", "flipped", "foreign", "folder", "pipe", "link to nothing"])
def test_a_file_that_is_not_what_was_written_counts_as_absent(compiler, tmp_path, how):
    cuda.machine_code("name", "text")
    spoil(only(tmp_path), how)
    assert cuda.machine_code("name", "text") == b"code of text"
    assert len(compiler) == 2
    cubins.kept()
    assert cuda.machine_code("name", "text") == b"code of text"
    assert len(compiler) == (3 if how == "folder" else 2)
    assert len(list((tmp_path / "kernels").iterdir())) == 1, "leftovers"


def test_code_of_another_key_is_not_taken(compiler, tmp_path):
    cuda.machine_code("name", "text")
    first = only(tmp_path)
    content = first.read_bytes()
    first.unlink()
    cuda.machine_code("name", "another text")
    only(tmp_path).write_bytes(content)
    assert cuda.machine_code("name", "another text") == b"code of another text"


def test_nothing_is_kept_where_that_is_switched_off(compiler, monkeypatch, tmp_path):
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE_PERSIST", "0")
    cuda.machine_code("name", "text")
    cuda.machine_code("name", "text")
    assert len(compiler) == 2
    assert not list(tmp_path.iterdir())
    assert cubins.kept() == []


def test_the_files_are_bounded_and_the_first_go_first(compiler, monkeypatch, tmp_path):
    monkeypatch.setattr(cubins, "MOST_FILES", 3)
    for i in range(5):
        cuda.machine_code("name", f"text {i}")
        for age, file in enumerate(sorted((tmp_path / "kernels").iterdir(), key=lambda f: f.stat().st_mtime_ns)):
            os.utime(file, (age + 10 * i, age + 10 * i))
    assert len(cubins.kept()) == 3
    cuda.machine_code("name", "text 4")
    assert len(compiler) == 5
    cuda.machine_code("name", "text 0")
    assert len(compiler) == 6


def test_many_bytes_are_too_many(compiler, monkeypatch):
    monkeypatch.setattr(cubins, "MOST_BYTES", 300)
    for i in range(4):
        cuda.machine_code("name", f"{i}" * 100)
    assert 1 <= len(cubins.kept()) <= 2


def test_threads_may_compile_the_same_text(compiler):
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: cuda.machine_code("name", "text"), range(32))) == {b"code of text"}
    assert len(cubins.kept()) == 1


def test_a_long_compilation_is_mentioned_once(compiler, monkeypatch, tmp_path):
    monkeypatch.setattr(cuda, "LONG", -1.0)
    with pytest.warns(UserWarning, match=f"took more than .* kept in {tmp_path}"):
        cuda.machine_code("name", "text")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cuda.machine_code("name", "another text")


def test_sizes_and_numbers_are_handed_over_by_value(compiler, monkeypatch):
    given = {}

    def launch(**words):
        given.update(words)
        return [mx.zeros(words["output_shapes"][0])]

    monkeypatch.setattr(mx.fast, "precompiled_cuda_kernel", launch)
    wanted = frames_launch()
    kernel = cuda.Compiled(wanted.kernel, build.dialect("cuda"))
    monkeypatch.setattr(build, "callable_of", lambda _: kernel)
    wanted.run(mx.zeros((2, 100)), mx.ones(24))
    assert given["scalars"] == [2, 100, 24, 6, 12, 2, 17]
    (text,) = compiler
    arguments = re.search(r"__global__ void \w+\((.*?)\)", text).group(1)
    assert arguments == (
        "const float* y, const float* window, float* out, int y_size0, int y_size1, "
        "int n_fft, int hop, int pad_left, int pad_mode, int frames"
    )


def frames_launch():
    numbers = {"n_fft": 24, "hop": 6, "pad_left": 12, "pad_mode": 2, "frames": 17}
    kernel = build.Kernel(
        "frames",
        ("y", "window"),
        (("THREADS_PER_GROUP", 256), ("offset_t", "int")),
        ("fold.h",),
        numbers=build.kinds(numbers),
    )
    return build.elementwise(kernel, (2, 17, 24), numbers)


def test_whole_numbers_and_floats_that_are_equal_have_bits_of_their_own():
    assert build.packed(1, 2.0).tolist()[:2] == [1, 0x40000000]
    assert build.packed(1.0, 2).tolist()[:2] == [0x3F800000, 2]


def names(launched):
    return len({launch.kernel.name for launch in launched})


@pytest.mark.parametrize("n_fft", [2048, 7680, 8192, 4410, 1102, 2053])
def test_everyday_calls_share_one_kernel_for_each_size_and_ending(n_fft):
    cuts = [
        Analysis(n_fft, hop, padding, t, mode)
        for hop in (128, 441, 512)
        for padding in (0, n_fft // 2)
        for mode in ("constant", "reflect", "edge", "linear_ramp")
        for t in (9, 100)
    ]
    banks = {bands: MelBank.of("t", sr=22050, n_fft=n_fft, n_mels=bands, fmin=0, fmax=None, htk=False, norm=None)
             for bands in (40, 64, 128)}  # fmt: skip
    logs = [DecibelPlan(10.0, amin, None, None) for amin in (1e-10, 1e-5)]
    endings = {
        "spectrum": [Epilogue(SPECTRUM)],
        "power": [Epilogue(POWER, 2.0)],
        "another power": [Epilogue(POWER, p) for p in (0.3, 0.5, 3.0)],
        "bands": [Epilogue(BANK, 2.0, bank.n_bands) for bank in banks.values()],
        "log of bands": [Epilogue(BANK, 2.0, bank.n_bands, log) for bank in banks.values() for log in logs],
    }
    for name, ends in endings.items():
        found = [analysis.launch(a, analysis.chosen(a, e, 4), e, 4, 5000) for a in cuts for e in ends]
        assert names(found) == 1, name


STREAMING = {2048: (512, 256), 8192: (2048, 512), 4410: (), 1102: (), 74: ()}


@pytest.mark.parametrize("n_fft", STREAMING)
@pytest.mark.parametrize("floor", [None, 1e-8])
def test_syntheses_share_one_kernel_but_for_the_steps_that_stream(floor, n_fft):
    def launched(hop, length, edge, masks):
        s = Synthesis(n_fft, hop, n_fft // 2, length, edge, edge, floor)
        return synthesis.launch(s, *synthesis.tuning.synthesis(n_fft, hop, 100), 2, 9, masks)

    def some(*hops, masks=(None,)):
        ways = itertools.product(hops, (900, 10**4), (1.0, 1 / n_fft), masks)
        return names(launched(*way) for way in ways)

    assert some(41, 30, 67) == 1
    assert all(some(hop) == 1 for hop in STREAMING[n_fft])
    assert some(*STREAMING[n_fft]) == len(STREAMING[n_fft])
    assert some(41, 30, masks=(None, mx.float32, mx.complex64)) == 3


def test_the_other_kernels_are_one_each(monkeypatch):
    seen = []
    monkeypatch.setattr(frames, "accepted", lambda wanted, small: seen.append(wanted) or True)
    monkeypatch.setattr(flux, "accepted", lambda wanted, small: seen.append(wanted) or True)
    monkeypatch.setattr(decibels, "accepted", lambda wanted, small: seen.append(wanted) or True)
    for n_fft, hop, mode in ((4099, 300, "reflect"), (16384, 441, "constant")):
        frames.cutting.__wrapped__(n_fft, hop, n_fft // 2, mode, 9, 2, 5000)
        frames.adding.__wrapped__(n_fft, hop, n_fft // 2, 5000, 2, 9)
    for lag, width, bands in ((1, 1, 128), (2, 3, 40)):
        flux._launch.__wrapped__(FluxPlan(lag, width, True), width, 2, 9, bands)
    for plan in (LOG, DecibelPlan(20.0, 1e-5, None, None)):
        decibels._launch.__wrapped__(plan, plan is LOG, 3, 40)
    assert names(seen) == 4
