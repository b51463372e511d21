// From the transform Z of one folded or two joined real frames to their spectra, through `exchange` in natural order:
// bins k and TRANSFORM - k need each other. Each thread reads and writes its own pairs, so it may overwrite them.
#define PAIRS ((TRANSFORM / 2 + THREADS_PER_TRANSFORM) / THREADS_PER_TRANSFORM)
SYNC();
#if SPLIT
#define SENT(a) (a).x
#include "spread.h"
#undef SENT
SYNC();
cfloat real[PAIRS];  // parts of a pair
UNROLL
for (uint i = 0; i < PAIRS; ++i) {
  const uint k = lane + i * THREADS_PER_TRANSFORM;
  if (k <= TRANSFORM / 2) {
    real[i] = PAIR_OF(exchange[exchange_start + k], exchange[exchange_start + (k == 0 ? 0 : TRANSFORM - k)]);
  }
}
SYNC();
#define SENT(a) (a).y
#else
#define SENT(a) a
#endif
#include "spread.h"
#undef SENT
SYNC();
if (live) {
  UNROLL
  for (uint i = 0; i < PAIRS; ++i) {
    const uint k = lane + i * THREADS_PER_TRANSFORM;
    if (k <= TRANSFORM / 2) {
      const uint mirror = k == 0 ? 0 : TRANSFORM - k;
#if SPLIT
      const cfloat a = PAIR_OF(real[i].x, exchange[exchange_start + k]);
      const cfloat b = PAIR_OF(real[i].y, exchange[exchange_start + mirror]);
#else
      const cfloat a = exchange[exchange_start + k], b = exchange[exchange_start + mirror];
#endif
#if FRAMES_PER_TRANSFORM == 1
      const cfloat s = PAIR_OF(a.x + b.x, a.y - b.y);
      const cfloat t = cmul(table[UNPACK_TABLE + k], PAIR_OF(a.x - b.x, a.y + b.y));
      const cfloat low = cfma(0.5f, s, t), high = cconj(csub(cscale(s, 0.5f), t));
      EMIT(0, k, low);
      if (2 * k != TRANSFORM) EMIT(0, TRANSFORM - k, high);
#else
      const cfloat low = PAIR_OF(0.5f * (a.x + b.x), 0.5f * (a.y - b.y));
      const cfloat high = PAIR_OF(0.5f * (a.y + b.y), 0.5f * (b.x - a.x));
      EMIT(0, k, SPOILED(0, low));
      if (both) EMIT(1, k, SPOILED(1, high));
#endif
    }
  }
}
#undef PAIRS
