// Synthesis: inverse transforms, windowed and overlap-added, divided by the squared window's sum over the same frames.
// A group owns CHUNK samples of one row and transforms every frame that reaches them, so no sum needs an atomic.
SHARED cfloat work[TEAMS * EXCHANGE];
SHARED_POINTER(float) frame_samples = (SHARED_POINTER(float))work;
const index_t worker = (index_t)thread_position_in_threadgroup.x;
const index_t lane = worker % LANES;
const index_t team = worker / LANES;
const index_t exchange = team * EXCHANGE;
const int length = extent[0];
const int frames = spectrum_shape[1];
const index_t chunks = (index_t)(length + CHUNK - 1) / CHUNK;
const index_t group = (index_t)threadgroup_position_in_grid.x;
const index_t row = group / chunks;
const int begin = (int)(group - row * chunks) * CHUNK;  // of the group's samples, trimmed
const int end = begin + CHUNK < length ? begin + CHUNK : length;
const int first_frame = begin + TRIM < N_FFT ? 0 : (begin + TRIM - N_FFT) / HOP + 1;
const int reach = (end + TRIM - 1) / HOP;
const int last_frame = reach < frames ? reach : frames - 1;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddle);
float sums[OWNED];
UNROLL
for (index_t i = 0; i < OWNED; ++i) sums[i] = 0.0f;
for (int round = first_frame; round <= last_frame; round += TEAMS * FRAMES_EACH) {
  const int frame = round + (int)team * FRAMES_EACH;
  const bool live = frame <= last_frame;
  const bool both = frame + 1 <= last_frame;
  DEVICE const cfloat* source = AS_CONST_PAIRS(spectrum) + ((offset_t)row * frames + frame) * BINS;
  cfloat v[KEEP];
#include "istft_load.h"
#include "passes.h"
  BARRIER();
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + LANES - 1) / LANES)
  UNROLL
  for (index_t i = 0; i < ROUNDS; ++i) {
    const index_t column = lane + i * LANES;
    if (COLUMNS % LANES == 0 || column < COLUMNS) {
      UNROLL
      for (index_t r = 0; r < LAST_RADIX; ++r) work[exchange + column + r * COLUMNS] = cswap(v[i * LAST_RADIX + r]);
    }
  }
#undef COLUMNS
#undef ROUNDS
  BARRIER();
#include "istft_add.h"
  BARRIER();
}
#include "istft_store.h"
