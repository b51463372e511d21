// The first pass reads its points from the signal, windowed.
const int start = frame * hop - pad_left;
const offset_t base = (offset_t)row * length + start;
const bool inner = live && start >= 0 && start + (FRAMES_PER_TRANSFORM - 1) * hop + N_FFT <= length && (FRAMES_PER_TRANSFORM == 1 || both);
#define COLUMNS (POINTS / FIRST_RADIX)
#define ROUNDS ((COLUMNS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM)
#if FRAMES_PER_TRANSFORM == 1 && !TINY_INPUT
if (inner && CAN_LOAD_PAIR(y, base) && CAN_LOAD_PAIR(window, 0)) {
  UNROLL
  for (uint i = 0; i < ROUNDS; ++i) {
    const uint column = lane + i * THREADS_PER_TRANSFORM;
    if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
      UNROLL
      for (uint r = 0; r < FIRST_RADIX; ++r) {
        const uint k = column + r * COLUMNS;
        if (HAS_POINT(k)) {
          const cfloat w = LOAD_PAIR(window, 0, k), a = LOAD_PAIR(y, base, k);
          v[i * FIRST_RADIX + r] = PAIR_OF(a.x * w.x, a.y * w.y);
        }
      }
    }
  }
} else
#endif
if (inner) {
  UNROLL
  for (uint i = 0; i < ROUNDS; ++i) {
    const uint column = lane + i * THREADS_PER_TRANSFORM;
    if (COLUMNS % THREADS_PER_TRANSFORM == 0 || column < COLUMNS) {
      UNROLL
      for (uint r = 0; r < FIRST_RADIX; ++r) {
        const uint k = column + r * COLUMNS;
        if (HAS_POINT(k)) {
#if FRAMES_PER_TRANSFORM == 1
          const cfloat w = PAIR_OF(window[2 * k], window[2 * k + 1]);
          v[i * FIRST_RADIX + r] = PAIR_OF(y[base + 2 * k] * w.x, y[base + 2 * k + 1] * w.y);
#else
          const float w = window[k];
          const cfloat a = PAIR_OF(y[base + k] * w, y[base + hop + k] * w);
          CHECK(a);
          v[i * FIRST_RADIX + r] = a;
#endif
        }
      }
    }
  }
} else {
  // a frame that reaches into the padding: a short loop, through memory, for its text would be the larger part
  const offset_t origin = (offset_t)row * length;
  cfloat folded[ROUNDS * FIRST_RADIX];
  ROLLED
  for (uint i = 0; i < ROUNDS * FIRST_RADIX; ++i) {
    const uint column = lane + i / FIRST_RADIX * THREADS_PER_TRANSFORM;
    const int k = (int)(column + i % FIRST_RADIX * COLUMNS);
    cfloat a = PAIR_OF(0.0f, 0.0f);
    if (live && column < COLUMNS && HAS_POINT((uint)k)) {
#if FRAMES_PER_TRANSFORM == 1
      const int p = start + 2 * k, q = p + 1;
      const cfloat w = PAIR_OF(window[2 * k], window[2 * k + 1]);
      const bool second = true;
#else
      const int p = start + k, q = p + hop;
      const cfloat w = PAIR_OF(window[k], window[k]);
      const bool second = both;
#endif
      const int from = fold(p, length, pad_mode), next = second ? fold(q, length, pad_mode) : -1;
      if (from >= 0) a.x = y[origin + from] * fade(p, length, pad_mode, pad_left) * w.x;
      if (next >= 0) a.y = y[origin + next] * fade(q, length, pad_mode, pad_left) * w.y;
#if FRAMES_PER_TRANSFORM == 2
      CHECK(a);
#endif
    }
    folded[i] = a;
  }
  UNROLL
  for (uint i = 0; i < ROUNDS * FIRST_RADIX; ++i) v[i] = folded[i];
}
#undef COLUMNS
#undef ROUNDS
