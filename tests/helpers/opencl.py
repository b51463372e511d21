"""Runs the GPU kernels on the CPU: a stand-in for `spectro._gpu.launch.build.make` that hands the kernel to PoCL."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import warnings
from pathlib import Path

import mlx.core as mx
import numpy as np

from spectro._gpu.launch import build

C_TYPES = {mx.float32: "float", mx.int32: "int", mx.complex64: "float2"}
NUMPY_TYPES = {mx.float32: np.float32, mx.int32: np.int32, mx.complex64: np.complex64}
# What the kernels call of OpenCL's library. PoCL's own header declares 17,000 functions, most of a kernel's build.
FUNCTIONS = """
#include "opencl-c-base.h"
#define OVERLOADED __attribute__((overloadable))
void OVERLOADED __attribute__((convergent)) barrier(cl_mem_fence_flags flags);
size_t OVERLOADED get_local_id(uint axis);
size_t OVERLOADED get_group_id(uint axis);
float OVERLOADED fma(float a, float b, float c);
float OVERLOADED sqrt(float x);
float OVERLOADED pow(float x, float p);
float OVERLOADED log10(float x);
"""
SHIFTED: frozenset[str] = frozenset()  # arrays that lie one float behind the start of their memory, as a slice does


@functools.cache
def context():
    """PoCL's CPU device, or None where there is none."""
    try:
        import pyopencl as cl
    except ImportError:
        return None
    try:
        devices = [d for p in cl.get_platforms() if "Portable" in p.name for d in p.get_devices()]
    except cl.Error:
        return None
    if not devices:
        return None
    _name_processor(devices[0])
    ctx = cl.Context(devices[:1])
    return cl, ctx, cl.CommandQueue(ctx)


def _name_processor(device):
    """Tell PoCL 3.0 of a processor that its compiler knows.

    It asks its LLVM for the processor's name. One newer than that LLVM is called "generic", which the compiler then
    refuses. The name is a string on the heap that the device's record points to: write one of the same length.
    """
    with open("/proc/self/maps") as lines:
        ranges = [tuple(int(x, 16) for x in line.split()[0].split("-")) for line in lines if " rw" in line]
    with open("/proc/cpuinfo") as lines:
        name = b"haswell" if " avx2" in lines.read() else b"x86-64\0"

    def readable(address):
        return any(low <= address and address + 8 <= high for low, high in ranges)

    for field in range(device.int_ptr, device.int_ptr + 4096, 8):
        at = ctypes.c_uint64.from_address(field).value if readable(field) else 0
        if readable(at) and ctypes.string_at(at, 8) == b"generic\0":
            ctypes.memmove(at, name, len(name))


def source(kernel, types, out_type):
    """The OpenCL program of a kernel; shapes are arguments where the body names them, as MLX has it."""
    arguments, shifts = [], []
    for name, kind in zip(kernel.inputs, types):
        shifted = name in SHIFTED
        arguments.append(f"__global const {kind}* {name}{'_from' * shifted}")
        if shifted:
            place = f"(__global const {kind}*)((__global const float*){name}_from + 1)"
            shifts.append(f"__global const {kind}* {name} = {place};\n")
        if f"{name}_shape" in kernel.body:
            arguments.append(f"__constant int* {name}_shape")
    arguments.append(f"__global {out_type}* {kernel.output}")
    signature = f"__kernel void {kernel.name}({', '.join(arguments)})"
    return f"{build.dialect('opencl')}{kernel.header}{signature} {{\n{''.join(shifts)}{kernel.body}\n}}\n"


@functools.cache
def short_of_header():
    """The options that leave out PoCL's header and find its types, where it is the package whose folders we know."""
    spec = importlib.util.find_spec("pocl_binary_distribution")
    folders = [] if spec is None else [Path(spec.origin).parent / ".libs/share/pocl/include"]
    return [option for folder in folders if folder.is_dir() for option in ("-D_OPENCL_H_", f"-I{folder}")]


@functools.lru_cache(maxsize=512)
def program(text, name):
    cl, ctx, _ = context()
    warnings.simplefilter("ignore", cl.CompilerWarning)  # PoCL remarks on every kernel with barriers
    short = short_of_header()
    options = ["-cl-std=CL1.2", "-cl-opt-disable", *short]
    return getattr(cl.Program(ctx, FUNCTIONS * bool(short) + text).build(options=options), name)


def traced(inputs, shape, dtype):
    """What MLX's kernels give while MLX traces: a lazy array whose primitive has no vmap; NaN if it is evaluated."""
    total = sum(a.sum().astype(dtype) for a in inputs)
    return mx.as_strided(total * mx.nan, shape, [0] * len(shape))


def make(kernel):
    """A callable of the form that MLX's have."""
    cl, ctx, queue = context()

    @build.WithNumbers
    def call(*, inputs, output_shapes, output_dtypes, grid, threadgroup, init_value=np.nan):
        assert grid[0] % threadgroup[0] == 0
        assert threadgroup[0] <= 1024
        (shape,), (dtype,) = output_shapes, output_dtypes
        text = source(kernel, tuple(C_TYPES[a.dtype] for a in inputs), C_TYPES[dtype])
        out = np.full(shape, init_value, NUMPY_TYPES[dtype])
        flags = cl.mem_flags
        try:
            held = [
                np.zeros(1, np.float32) if name == "like" else np.array(a) for name, a in zip(kernel.inputs, inputs)
            ]
        except ValueError:  # placeholders of vmap or compile
            return [traced(inputs, shape, dtype)]
        arguments = []
        for name, a, values in zip(kernel.inputs, inputs, held):
            before = np.full(int(name in SHIFTED), np.nan, np.float32).tobytes()
            memory = np.frombuffer(before + values.tobytes(), np.uint8)
            arguments.append(cl.Buffer(ctx, flags.READ_ONLY | flags.COPY_HOST_PTR, hostbuf=memory))
            if f"{name}_shape" in kernel.body:
                sizes = np.array(a.shape, np.int32)
                arguments.append(cl.Buffer(ctx, flags.READ_ONLY | flags.COPY_HOST_PTR, hostbuf=sizes))
        target = cl.Buffer(ctx, flags.READ_WRITE | flags.COPY_HOST_PTR, hostbuf=out)
        run = program(text, kernel.name)
        run(queue, grid[:1], threadgroup[:1], *arguments, target)
        cl.enqueue_copy(queue, out, target).wait()
        return [mx.array(out)]

    return call
