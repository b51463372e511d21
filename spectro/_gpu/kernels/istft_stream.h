// Synthesis for hops that are whole steps between the points of a thread: the overlap-add stays in registers.
// A team walks along the frames of RUN hops of output. After frame f the first HOP samples of its sums are complete:
// they are written, and the rest moves up by SHIFT points. The OVERLAP - 1 frames before the run are transformed again.
SHARED cfloat work[TEAMS * EXCHANGE];
const index_t lane = (index_t)thread_position_in_threadgroup.x % LANES;
const index_t team = (index_t)thread_position_in_threadgroup.x / LANES;
const index_t exchange = team * EXCHANGE;
const int length = extent[0];
const int frames = spectrum_shape[1];
const index_t runs = (index_t)((length + TRIM - 1) / HOP - TRIM / HOP + RUN) / RUN;
const index_t unit = (index_t)threadgroup_position_in_grid.x * TEAMS + team;
const index_t row = unit / runs;
const bool present = row < (index_t)spectrum_shape[0];
const int begin = TRIM / HOP + (int)(unit - row * runs) * RUN;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddle);
DEVICE const cfloat* window_pairs = AS_CONST_PAIRS(window);
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + LANES - 1) / LANES)
cfloat sums[ROUNDS * LAST_RADIX];
UNROLL
for (index_t i = 0; i < ROUNDS * LAST_RADIX; ++i) sums[i] = PAIR_OF(0.0f, 0.0f);
#if NORMALIZE
cfloat reciprocals[ROUNDS * SHIFT];  // the envelope's reciprocal where all frames are there
UNROLL
for (index_t i = 0; i < ROUNDS; ++i) {
  UNROLL
  for (index_t r = 0; r < SHIFT; ++r) {
    cfloat envelope = PAIR_OF(0.0f, 0.0f);
    for (index_t k = lane + i * LANES + r * COLUMNS; k < POINTS; k += SHIFT * COLUMNS) {
      envelope = PAIR_OF(FMA(window_pairs[k].x, window_pairs[k].x, envelope.x),
                         FMA(window_pairs[k].y, window_pairs[k].y, envelope.y));
    }
    reciprocals[i * SHIFT + r] = PAIR_OF(RECIPROCAL(envelope.x), RECIPROCAL(envelope.y));
  }
}
#endif
for (int frame = begin - OVERLAP + 1; frame < begin + RUN; ++frame) {
  const bool live = present && frame >= 0 && frame < frames;
  DEVICE const cfloat* source = AS_CONST_PAIRS(spectrum) + ((offset_t)row * frames + frame) * BINS;
  cfloat v[KEEP];
#undef COLUMNS
#undef ROUNDS
#include "istft_load.h"
#include "passes.h"
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + LANES - 1) / LANES)
#include "istft_shift.h"
  SYNC();
}
#undef COLUMNS
#undef ROUNDS
