// Synthesis: inverse transforms, windowed and overlap-added, divided by the squared window's sum over the same frames.
// A group owns CHUNK samples of one row and transforms every frame that reaches them, so no sum needs an atomic.
SHARED exchange_t exchange[TRANSFORMS_PER_GROUP * EXCHANGE_POINTS];
SHARED_POINTER(float) frame_samples = (SHARED_POINTER(float))exchange;
const uint worker = (uint)thread_position_in_threadgroup.x;
const uint lane = worker % THREADS_PER_TRANSFORM;
const uint slot = worker / THREADS_PER_TRANSFORM;
const uint exchange_start = slot * EXCHANGE_POINTS;
const int frames = spectrum_shape[1];
const uint chunks = (uint)(length + CHUNK - 1) / CHUNK;
const uint group = (uint)threadgroup_position_in_grid.x;
const uint row = group / chunks;
const int begin = (int)(group - row * chunks) * CHUNK;  // of the group's samples, trimmed
const int end = begin + CHUNK < length ? begin + CHUNK : length;
const int first_frame = begin + trim < N_FFT ? 0 : (begin + trim - N_FFT) / hop + 1;
const int reach = (end + trim - 1) / hop;
const int last_frame = reach < frames ? reach : frames - 1;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddles);
float sums[SAMPLES_PER_THREAD];
UNROLL
for (uint i = 0; i < SAMPLES_PER_THREAD; ++i) sums[i] = 0.0f;
for (int round = first_frame; round <= last_frame; round += TRANSFORMS_PER_GROUP * FRAMES_PER_TRANSFORM) {
  const int frame = round + (int)slot * FRAMES_PER_TRANSFORM;
  const bool live = frame <= last_frame;
  const bool both = frame + 1 <= last_frame;
#include SOURCE
  cfloat v[REGISTERS];
#include "istft_load.h"
#include "passes.h"
#if SPLIT
  BARRIER();
#define SENT(a) (a).y
#define PART 0
#include "spread.h"
  BARRIER();
#include "istft_add.h"
#undef SENT
#undef PART
  BARRIER();
#define SENT(a) (a).x
#define PART 1
#else
  BARRIER();
#define SENT(a) cswap(a)
#endif
#include "spread.h"
  BARRIER();
#include "istft_add.h"
#undef SENT
#undef PART
  BARRIER();
}
#include "istft_store.h"
