"""Every tolerance of the tests. Raising one is a change of its own, with its reason beside it."""

import mlx.core as mx

PARITY = 1e-5  # of the peak, any function against librosa in float64
REFERENCE = 1e-6  # of the peak, a spectrum against the same sum in float64, or in float32 by MLX on the CPU, which no
# GPU's FFT is put in the place of: MLX's on Metal take their twiddles from fast sines and cosines
ROUND_TRIP = 3e-6  # of the peak, istft(stft(y)) against y
CONSTANTS = 1e-7  # absolute, windows and filterbanks against SciPy and librosa in float64
DOUBLE = 1e-12  # of the peak, conversions of units against librosa, both in float64
# of the peak, a compiled call against the eager one; what MLX compiles for CUDA rounds products and sums as one
COMPILED = 2e-6 if mx.cuda.is_available() else 1e-6
OF_TWO_AT_ONCE = 1e-7  # of the peak, what a frame holds of the one that a GPU transforms with it
FLUSHED = 1.2e-38 if mx.default_device() == mx.gpu else 0.0  # below it GPUs know no numbers
GRADIENT = 1e-4  # of the peak, float32 gradients against float64 central differences
TORCH = 1e-5  # of the peak, the transform layer against PyTorch in float64
DECIBELS = 1e-3  # dB, where float32 rounding of small powers shows at the floor of the range
RATES = 1e-4  # of the peak, constant-Q transforms over our filter against librosa's over soxr's
GPU_GRADIENT = 2e-5  # of the peak, a GPU derivative against the reference's, both float32
