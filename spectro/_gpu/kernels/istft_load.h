// The first pass reads its points from the spectra: the inverse transform is the forward one with real and imaginary
// parts exchanged on both sides. The imaginary parts of bins 0 and N_FFT / 2 do not count.
#define COLUMNS (POINTS / FIRST_RADIX)
#define ROUNDS ((COLUMNS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM)
if (IN_PAIRS) {
#define BIN(k) PAIRED_BIN(k)
#include "istft_points.h"
#undef BIN
} else {
#define BIN(k) SINGLE_BIN(k)
#include "istft_points.h"
#undef BIN
}
#undef COLUMNS
#undef ROUNDS
#undef IN_PAIRS
#undef PAIRED_BIN
#undef SINGLE_BIN
