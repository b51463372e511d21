// Inverse transforms of frames, neither windowed nor added up; a transform holds one or two of them, as in stft.h.
SHARED exchange_t exchange[TRANSFORMS_PER_GROUP * EXCHANGE_POINTS];
const uint lane = (uint)thread_position_in_threadgroup.x % THREADS_PER_TRANSFORM;
const uint slot = (uint)thread_position_in_threadgroup.x / THREADS_PER_TRANSFORM;
const uint exchange_start = slot * EXCHANGE_POINTS;
const int frames = spectrum_shape[1];
const uint units = (uint)(frames + FRAMES_PER_TRANSFORM - 1) / FRAMES_PER_TRANSFORM;  // transforms a row
const uint unit = (uint)threadgroup_position_in_grid.x * TRANSFORMS_PER_GROUP + slot;
const uint row = unit / units;
const int frame = (int)(unit - row * units) * FRAMES_PER_TRANSFORM;
#if MASK
const bool live = row < (uint)rows;
#else
const bool live = row < (uint)spectrum_shape[0];
#endif
const bool both = frame + 1 < frames;
DEVICE const cfloat* table = AS_CONST_PAIRS(twiddles);
#include SOURCE
cfloat v[REGISTERS];
#include "istft_load.h"
#include "passes.h"
const offset_t start = ((offset_t)row * frames + frame) * N_FFT;
#define COLUMNS (POINTS / LAST_RADIX)
UNROLL
for (uint i = 0; i < (COLUMNS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (live && (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS)) {
    UNROLL
    for (uint r = 0; r < LAST_RADIX; ++r) {
      const uint point = column + r * COLUMNS;
      const cfloat value = v[i * LAST_RADIX + r];
      if (HAS_POINT(point)) {
#if FRAMES_PER_TRANSFORM == 1
        AS_PAIRS(out)[start / 2 + point] = cswap(value);
#else
        out[start + point] = value.y;
        if (both) out[start + N_FFT + point] = value.x;
#endif
      }
    }
  }
}
#undef COLUMNS
