// Where the frame's bins lie, and the factors that they are multiplied by; a caller may have cut both out of arrays of
// floats between two pairs. The one of the two that has fewer rows is gone over again and again.
DEVICE const float* source =
    AS_CONST_FLOATS(spectrum) + 2 * ((offset_t)(row % (uint)spectrum_shape[0]) * frames + frame) * BINS;
const offset_t factors_before = ((offset_t)(row % (uint)mask_shape[0]) * frames + frame) * BINS;
#if MASK == 2
DEVICE const float* factors = AS_CONST_FLOATS(mask) + 2 * factors_before;
#define IN_PAIRS (CAN_LOAD_PAIR(source, 0) && CAN_LOAD_PAIR(factors, 0))
#define PAIRED_BIN(k) cmul(LOAD_PAIR(source, 0, k), LOAD_PAIR(factors, 0, k))
#define SINGLE_BIN(k) cmul(LOAD_SINGLES(source, k), LOAD_SINGLES(factors, k))
#else
DEVICE const float* factors = mask + factors_before;
#define IN_PAIRS CAN_LOAD_PAIR(source, 0)
#define PAIRED_BIN(k) cscale(LOAD_PAIR(source, 0, k), factors[k])
#define SINGLE_BIN(k) cscale(LOAD_SINGLES(source, k), factors[k])
#endif
