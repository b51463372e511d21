// Every point that a thread begins with, from bins that BIN reads.
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  UNROLL
  for (uint r = 0; r < FIRST_RADIX; ++r) {
    const uint k = column + r * COLUMNS;
    cfloat z = PAIR_OF(0.0f, 0.0f);
    if (live && HAS_POINT(k) && (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS)) {
#if FRAMES_PER_TRANSFORM == 1
      cfloat a = BIN(k), b = BIN(TRANSFORM - k);
      const float inner = inner_scale, edge = k == 0 ? EDGE_RATIO * inner : inner;
      a = PAIR_OF(a.x * edge, k == 0 ? 0.0f : a.y * inner);
      b = PAIR_OF(b.x * edge, k == 0 ? 0.0f : b.y * inner);
      const cfloat t = cmul(cconj(table[UNPACK_TABLE + k]), PAIR_OF(a.x - b.x, a.y + b.y));
      z = PAIR_OF(a.x + b.x + 2.0f * t.x, a.y - b.y + 2.0f * t.y);
#else
      const bool mirrored = 2 * k > TRANSFORM;
      const uint bin = mirrored ? TRANSFORM - k : k;
      const bool edge = bin == 0 || 2 * bin == TRANSFORM;
      const float scale = edge ? EDGE_RATIO * inner_scale : inner_scale, sign = edge ? 0.0f : (mirrored ? -scale : scale);
      const cfloat a = BIN(bin), b = both ? BIN(BINS + bin) : PAIR_OF(0.0f, 0.0f);
      z = PAIR_OF(a.x * scale - b.y * sign, a.y * sign + b.x * scale);
#endif
    }
    v[i * FIRST_RADIX + r] = cswap(z);
  }
}
