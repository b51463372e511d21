// Where the frame's bins lie, and the factors that they are multiplied by. The one of the two that has fewer rows is
// gone over again and again.
DEVICE const cfloat* source = AS_CONST_PAIRS(spectrum) + ((offset_t)(row % (uint)spectrum_shape[0]) * frames + frame) * BINS;
const offset_t factors_before = ((offset_t)(row % (uint)mask_shape[0]) * frames + frame) * BINS;
#if MASK == 2
DEVICE const cfloat* factors = AS_CONST_PAIRS(mask) + factors_before;
#define BIN(k) cmul(source[k], factors[k])
#else
DEVICE const float* factors = mask + factors_before;
#define BIN(k) cscale(source[k], factors[k])
#endif
