// Where the frame's bins lie.
DEVICE const cfloat* source = AS_CONST_PAIRS(spectrum) + ((offset_t)row * frames + frame) * BINS;
#define BIN(k) source[k]
