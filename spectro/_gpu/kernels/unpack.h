// From the transform Z of one folded or two joined real frames to their spectra, through `work` in index_t order:
// bins k and POINTS - k need each other. Each thread reads and writes its own pairs, so it may overwrite them.
SYNC();
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + LANES - 1) / LANES)
UNROLL
for (index_t i = 0; i < ROUNDS; ++i) {
  const index_t column = lane + i * LANES;
  if (COLUMNS % LANES == 0 || column < COLUMNS) {
    UNROLL
    for (index_t r = 0; r < LAST_RADIX; ++r) work[exchange + column + r * COLUMNS] = v[i * LAST_RADIX + r];
  }
}
#undef COLUMNS
#undef ROUNDS
SYNC();
if (live) {
  UNROLL
  for (index_t i = 0; i < (POINTS / 2 + LANES) / LANES; ++i) {
    const index_t k = lane + i * LANES;
    if (k <= POINTS / 2) {
      const index_t mirror = k == 0 ? 0 : POINTS - k;
      const cfloat a = work[exchange + k], b = work[exchange + mirror];
#if FRAMES_EACH == 1
      const cfloat s = PAIR_OF(a.x + b.x, a.y - b.y);
      const cfloat t = cmul(table[UNPACK_TABLE + k], PAIR_OF(a.x - b.x, a.y + b.y));
      const cfloat low = cfma(0.5f, s, t), high = cconj(csub(cscale(s, 0.5f), t));
      EMIT(0, k, low);
      if (2 * k != POINTS) EMIT(0, POINTS - k, high);
#else
      const cfloat low = PAIR_OF(0.5f * (a.x + b.x), 0.5f * (a.y - b.y));
      const cfloat high = PAIR_OF(0.5f * (a.y + b.y), 0.5f * (b.x - a.x));
      EMIT(0, k, low);
      if (both) EMIT(1, k, high);
#endif
    }
  }
}
