// One pass of a Stockham transform of POINTS points by a team of LANES threads; build.py includes it once a pass.
// RADIX is the pass's, SPAN the product of the radices before it, TABLE where its twiddles start.
// The first pass finds its points in v, the last one leaves its results there: point r of column lane + i LANES in
// v[i RADIX + r]. Between passes they go through `work`, whose READ_AT and WRITE_AT are padded against bank conflicts.
UNROLL
for (index_t i = 0; i < ROUNDS; ++i) {
  const index_t column = lane + i * LANES;
  if (COLUMNS % LANES == 0 || column < COLUMNS) {
#if SPAN > 1
    const index_t phase = column % SPAN;
    UNROLL
    for (index_t r = 0; r < RADIX; ++r) v[i * RADIX + r] = work[exchange + READ_AT(column, r)];
#if TWIDDLE_POWERS && (RADIX == 8 || RADIX == 16)
    TWIDDLED(RADIX)(v + i * RADIX, table[TABLE + phase], table[TABLE + 3 * SPAN + phase]);
#else
    UNROLL
    for (index_t r = 1; r < RADIX; ++r) {
      v[i * RADIX + r] = cmul(v[i * RADIX + r], table[TABLE + (r - 1) * SPAN + phase]);
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
for (index_t i = 0; i < ROUNDS; ++i) {
  const index_t column = lane + i * LANES;
  if (COLUMNS % LANES == 0 || column < COLUMNS) {
    const index_t first = column / SPAN * (SPAN * RADIX) + column % SPAN;
    UNROLL
    for (index_t r = 0; r < RADIX; ++r) work[exchange + WRITE_AT(first, r)] = v[i * RADIX + r];
  }
}
SYNC();
#endif
