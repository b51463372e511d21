// From the transform Z of one folded or two joined real frames to their spectra, through `exchange` in natural order:
// bins k and POINTS - k need each other. Each thread reads and writes its own pairs, so it may overwrite them.
SYNC();
#define COLUMNS (POINTS / LAST_RADIX)
#define ROUNDS ((COLUMNS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM)
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
    UNROLL
    for (uint r = 0; r < LAST_RADIX; ++r) exchange[exchange_start + column + r * COLUMNS] = v[i * LAST_RADIX + r];
  }
}
#undef COLUMNS
#undef ROUNDS
SYNC();
if (live) {
  UNROLL
  for (uint i = 0; i < (POINTS / 2 + THREADS_PER_TRANSFORM) / THREADS_PER_TRANSFORM; ++i) {
    const uint k = lane + i * THREADS_PER_TRANSFORM;
    if (k <= POINTS / 2) {
      const uint mirror = k == 0 ? 0 : POINTS - k;
      const cfloat a = exchange[exchange_start + k], b = exchange[exchange_start + mirror];
#if FRAMES_PER_TRANSFORM == 1
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
