#include "kernels/kernels.h"

SPECTRO_KERNELS(kernels_avx512)
