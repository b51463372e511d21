// One pass of a Stockham transform of POINTS points by THREADS_PER_TRANSFORM threads; it is included once a pass.
// RADIX is the pass's, SPAN the product of the radices before it, TABLE where its twiddles start.
// The first pass finds its points in v, the last one leaves its results there: point r of a thread's i-th column in
// v[i RADIX + r]. Between passes they go through `exchange`; READ_AT and WRITE_AT are padded against bank conflicts.
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
#if SPAN > 1
    const uint position = column % SPAN;
    UNROLL
    for (uint r = 0; r < RADIX; ++r) v[i * RADIX + r] = exchange[exchange_start + READ_AT(column, r)];
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
#if SPAN * RADIX < POINTS
#if SPAN > 1
SYNC();
#endif
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
    const uint first = column / SPAN * (SPAN * RADIX) + column % SPAN;
    UNROLL
    for (uint r = 0; r < RADIX; ++r) exchange[exchange_start + WRITE_AT(first, r)] = v[i * RADIX + r];
  }
}
SYNC();
#endif
