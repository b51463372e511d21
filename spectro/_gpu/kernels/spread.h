// Write the results of the last pass, or a part of them, in their natural order.
UNROLL
for (uint i = 0; i < (POINTS / LAST_RADIX + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (POINTS / LAST_RADIX % THREADS_PER_TRANSFORM == 0 || column < POINTS / LAST_RADIX) {
    UNROLL
    for (uint r = 0; r < LAST_RADIX; ++r) {
      exchange[exchange_start + column + r * (POINTS / LAST_RADIX)] = SENT(v[i * LAST_RADIX + r]);
    }
  }
}
