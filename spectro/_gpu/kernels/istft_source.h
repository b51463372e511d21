// Where the frame's bins lie, which a caller may have cut out of an array of floats between two pairs.
DEVICE const float* source = AS_CONST_FLOATS(spectrum) + 2 * ((offset_t)row * frames + frame) * BINS;
#define IN_PAIRS CAN_LOAD_PAIR(source, 0)
#define PAIRED_BIN(k) LOAD_PAIR(source, 0, k)
#define SINGLE_BIN(k) LOAD_SINGLES(source, k)
