// Change each point where passes of RADIX leave it.
UNROLL
for (uint i = 0; i < (POINTS / RADIX + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (POINTS / RADIX % THREADS_PER_TRANSFORM == 0 || column < POINTS / RADIX) {
    UNROLL
    for (uint r = 0; r < RADIX; ++r) {
      const uint k = column + r * (POINTS / RADIX);
      const cfloat a = v[i * RADIX + r];
      v[i * RADIX + r] = POINT(a, k);
    }
  }
}
