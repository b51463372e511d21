// Synthesis for hops that are whole steps between the points of a thread: the overlap-add stays in registers.
// The threads of a transform make RUN hops of output, frame after frame. After each frame the first HOP samples of
// their sums are complete: they are written, and the rest moves up by SHIFT points. The OVERLAP - 1 frames before the run are transformed again.
SHARED exchange_t exchange[TRANSFORMS_PER_GROUP * EXCHANGE_POINTS];
const uint lane = (uint)thread_position_in_threadgroup.x % THREADS_PER_TRANSFORM;
const uint slot = (uint)thread_position_in_threadgroup.x / THREADS_PER_TRANSFORM;
const uint exchange_start = slot * EXCHANGE_POINTS;
const int frames = spectrum_shape[1];
const uint runs = (uint)((length + TRIM - 1) / HOP - TRIM / HOP + RUN) / RUN;
const uint unit = (uint)threadgroup_position_in_grid.x * TRANSFORMS_PER_GROUP + slot;
const uint row = unit / runs;
#if MASK
const bool present = row < (uint)rows;
#else
const bool present = row < (uint)spectrum_shape[0];
#endif
const int begin = TRIM / HOP + (int)(unit - row * runs) * RUN;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddles);
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM)
cfloat sums[ROUNDS * LAST_RADIX];
UNROLL
for (uint i = 0; i < ROUNDS * LAST_RADIX; ++i) sums[i] = PAIR_OF(0.0f, 0.0f);
#if NORMALIZE
cfloat reciprocals[ROUNDS * SHIFT];  // the envelope's reciprocal where all frames are there
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  UNROLL
  for (uint r = 0; r < SHIFT; ++r) {
    cfloat envelope = PAIR_OF(0.0f, 0.0f);
    for (uint k = lane + i * THREADS_PER_TRANSFORM + r * COLUMNS; k < POINTS; k += SHIFT * COLUMNS) {
      envelope = PAIR_OF(FMA(WINDOW_PAIR(k).x, WINDOW_PAIR(k).x, envelope.x),
                         FMA(WINDOW_PAIR(k).y, WINDOW_PAIR(k).y, envelope.y));
    }
    reciprocals[i * SHIFT + r] = PAIR_OF(RECIPROCAL(envelope.x), RECIPROCAL(envelope.y));
  }
}
#endif
for (int frame = begin - OVERLAP + 1; frame < begin + RUN; ++frame) {
  const bool live = present && frame >= 0 && frame < frames;
#include SOURCE
  cfloat v[REGISTERS];
#undef COLUMNS
#undef ROUNDS
#include "istft_load.h"
#include "passes.h"
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM)
#include "istft_shift.h"
  SYNC();
}
#undef COLUMNS
#undef ROUNDS
