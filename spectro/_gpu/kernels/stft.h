// Analysis: cut frames out of y, window them, transform them, then write the spectrum or what an epilogue makes of it.
// Grid: a team of LANES threads a transform, TEAMS transforms a group. A transform holds FRAMES_EACH real frames:
// one folded to half its length (1), or two side by side as real and imaginary part (2).
SHARED cfloat work[TEAMS * EXCHANGE];
const index_t lane = (index_t)thread_position_in_threadgroup.x % LANES;
const index_t team = (index_t)thread_position_in_threadgroup.x / LANES;
const index_t exchange = team * EXCHANGE;
const int length = y_shape[1];
const int frames = extent[0];
const index_t units = (index_t)(frames + FRAMES_EACH - 1) / FRAMES_EACH;  // transforms a row
const index_t unit = (index_t)threadgroup_position_in_grid.x * TEAMS + team;
const index_t row = unit / units;
const int frame = (int)(unit - row * units) * FRAMES_EACH;
const bool live = row < (index_t)y_shape[0];
const bool both = frame + 1 < frames;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddle);
cfloat v[KEEP];
#include "stft_load.h"
#include "passes.h"
#if EPILOGUE == EPILOGUE_SPECTRUM
DEVICE cfloat* target = AS_PAIRS(out) + ((offset_t)row * frames + frame) * BINS;
#elif EPILOGUE == EPILOGUE_POWER
DEVICE float* target = out + ((offset_t)row * frames + frame) * BINS;
#endif
#include "unpack.h"
#if EPILOGUE == EPILOGUE_BANK
#include "bank.h"
#endif
