// Add the frame to the sums, write the HOP samples that are complete, and move up.
UNROLL
for (uint i = 0; i < ROUNDS; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
    UNROLL
    for (uint r = 0; r < LAST_RADIX; ++r) {
      const cfloat w = WINDOW_PAIR(column + r * COLUMNS), s = sums[i * LAST_RADIX + r];
      sums[i * LAST_RADIX + r] = PAIR_OF(FMA(v[i * LAST_RADIX + r].y, w.x, s.x), FMA(v[i * LAST_RADIX + r].x, w.y, s.y));
    }
    if (present && frame >= begin) {
      UNROLL
      for (uint r = 0; r < SHIFT; ++r) {
        const uint point = column + r * COLUMNS;
        cfloat value = sums[i * LAST_RADIX + r];
#if NORMALIZE
        cfloat reciprocal = reciprocals[i * SHIFT + r];
        if (frame < OVERLAP - 1 || frame >= frames) {
          cfloat envelope = PAIR_OF(0.0f, 0.0f);
          for (int back = 0; back < OVERLAP; ++back) {
            const uint k = point + (uint)back * SHIFT * COLUMNS;
            if (k < POINTS && frame - back >= 0 && frame - back < frames) {
              envelope = PAIR_OF(FMA(WINDOW_PAIR(k).x, WINDOW_PAIR(k).x, envelope.x),
                                 FMA(WINDOW_PAIR(k).y, WINDOW_PAIR(k).y, envelope.y));
            }
          }
          reciprocal = PAIR_OF(RECIPROCAL(envelope.x), RECIPROCAL(envelope.y));
        }
        value = PAIR_OF(value.x * reciprocal.x, value.y * reciprocal.y);
#endif
        const int sample = frame * HOP - TRIM + 2 * (int)point;
        if (sample >= 0 && sample < length) out[(offset_t)row * length + sample] = value.x;
        if (sample >= -1 && sample < length - 1) out[(offset_t)row * length + sample + 1] = value.y;
      }
    }
    UNROLL
    for (uint r = 0; r < LAST_RADIX; ++r) {
      sums[i * LAST_RADIX + r] = r + SHIFT < LAST_RADIX ? sums[i * LAST_RADIX + (r + SHIFT) % LAST_RADIX] : PAIR_OF(0.0f, 0.0f);
    }
  }
}
