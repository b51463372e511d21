// One pass of a Stockham transform of POINTS points by THREADS_PER_TRANSFORM threads; it is included once a pass.
// RADIX is the pass's, FORMER that of the pass before it, SPAN the product of all before it, TABLE where its twiddles
// start. The first pass finds its points in v, and each leaves its results there: point r of a thread's i-th column in
// v[i RADIX + r]. Between passes they go through `exchange`, which may have room for their real or imaginary parts
// alone (SPLIT); READ_AT and WRITE_AT are padded against bank conflicts.
{
#if SPAN > 1
#if SPAN > FORMER
SYNC();
#endif
#if SPLIT
#define SENT(a) (a).x
#include "fft_send.h"
#undef SENT
SYNC();
float real[ROUNDS * RADIX];
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
    UNROLL
    for (uint r = 0; r < RADIX; ++r) real[i * RADIX + r] = exchange[exchange_start + READ_AT(column, r)];
  }
}
SYNC();
#define SENT(a) (a).y
#define RECEIVED(i, at) PAIR_OF(real[i], exchange[at])
#else
#define SENT(a) a
#define RECEIVED(i, at) exchange[at]
#endif
#include "fft_send.h"
#undef SENT
SYNC();
#endif
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
#if SPAN > 1
    const uint position = column % SPAN;
    UNROLL
    for (uint r = 0; r < RADIX; ++r) v[i * RADIX + r] = RECEIVED(i * RADIX + r, exchange_start + READ_AT(column, r));
#if TWIDDLE_POWERS && (RADIX == 8 || RADIX == 16)
    TWIDDLE(RADIX)(v + i * RADIX, table[TABLE + position], table[TABLE + 3 * SPAN + position]);
#else
    UNROLL
    for (uint r = 1; r < RADIX; ++r) {
      v[i * RADIX + r] = cmul(v[i * RADIX + r], table[TABLE + (r - 1) * SPAN + position]);
    }
#endif
#endif
    BUTTERFLY(RADIX)(v + i * RADIX);
  }
}
#undef RECEIVED
}
