// Analysis: cut frames out of y, window them, transform them, then write the spectrum or what an epilogue makes of it.
// Grid: THREADS_PER_TRANSFORM threads a transform, TRANSFORMS_PER_GROUP transforms a group. A transform holds one or two
// real frames: one folded to half its length (1), or two side by side as real and imaginary part (2).
SHARED exchange_t exchange[TRANSFORMS_PER_GROUP * EXCHANGE_POINTS];
const uint lane = (uint)thread_position_in_threadgroup.x % THREADS_PER_TRANSFORM;
const uint slot = (uint)thread_position_in_threadgroup.x / THREADS_PER_TRANSFORM;
const uint exchange_start = slot * EXCHANGE_POINTS;
const int length = y_shape[1];
const uint units = (uint)(frames + FRAMES_PER_TRANSFORM - 1) / FRAMES_PER_TRANSFORM;  // transforms a row
const uint unit = (uint)threadgroup_position_in_grid.x * TRANSFORMS_PER_GROUP + slot;
const uint row = unit / units;
const int frame = (int)(unit - row * units) * FRAMES_PER_TRANSFORM;
const bool live = row < (uint)y_shape[0];
const bool both = frame + 1 < frames;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddles);
cfloat v[REGISTERS];
#if FRAMES_PER_TRANSFORM == 2
// what is not finite in one frame would spoil the other, too: it is left out, and its own frame is NaN in the end
SHARED uint spoiled[2 * TRANSFORMS_PER_GROUP];
for (uint f = lane; f < 2; f += THREADS_PER_TRANSFORM) spoiled[2 * slot + f] = 0;
SYNC();
cfloat check = PAIR_OF(0.0f, 0.0f);  // 0, or NaN
#define CHECK(a) check = PAIR_OF(FMA(a.x, 0.0f, check.x), FMA(a.y, 0.0f, check.y))
#define SPOILED(f, a) (spoiled[2 * slot + (f)] ? PAIR_OF(AS_FLOAT(0x7fc00000), AS_FLOAT(0x7fc00000)) : a)
#endif
#include "stft_load.h"
#if FRAMES_PER_TRANSFORM == 2
if (check.x != 0.0f) {
  for (uint i = 0; i < REGISTERS; ++i) v[i].x = 0.0f;
  spoiled[2 * slot] = 1;
}
if (check.y != 0.0f) {
  for (uint i = 0; i < REGISTERS; ++i) v[i].y = 0.0f;
  spoiled[2 * slot + 1] = 1;
}
#endif
#include "passes.h"
#if EPILOGUE == EPILOGUE_SPECTRUM
DEVICE cfloat* target = AS_PAIRS(out) + ((offset_t)row * frames + frame) * BINS;
#elif EPILOGUE == EPILOGUE_POWER
DEVICE float* target = out + ((offset_t)row * frames + frame) * BINS;
#endif
#include "unpack.h"
#if EPILOGUE >= EPILOGUE_BANK
#include ENDING
#endif
