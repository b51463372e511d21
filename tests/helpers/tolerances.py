"""Every tolerance of the tests. Raising one is a change of its own, with its reason beside it."""

PARITY = 1e-5  # of the peak, any function against librosa in float64
REFERENCE = 1e-6  # of the peak, a spectrum against the same sum in float64, or in float32 by MLX on the CPU, which no
# GPU's FFT is put in the place of: MLX's on Metal take their twiddles from fast sines and cosines
ROUND_TRIP = 3e-6  # of the peak, istft(stft(y)) against y
CONSTANTS = 1e-7  # absolute, windows and filterbanks against SciPy and librosa in float64
DOUBLE = 1e-12  # of the peak, conversions of units against librosa, both in float64
COMPILED = 1e-6  # of the peak, a compiled call against the eager one
GRADIENT = 1e-4  # of the peak, float32 gradients against float64 central differences
TORCH = 1e-5  # of the peak, the transform layer against PyTorch in float64
DECIBELS = 1e-3  # dB, where float32 rounding of small powers shows at the floor of the range
RATES = 1e-4  # of the peak, constant-Q transforms over our filter against librosa's over soxr's
GPU_GRADIENT = 2e-5  # of the peak, a GPU derivative against the reference's, both float32
