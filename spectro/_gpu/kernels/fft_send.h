// Write the results of the former pass, or a part of them, where the next one reads them.
UNROLL
for (uint i = 0; i < (POINTS / FORMER + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM; ++i) {
  const uint column = lane + i * THREADS_PER_TRANSFORM;
  if (POINTS / FORMER % THREADS_PER_TRANSFORM == 0 || column < POINTS / FORMER) {
    const uint first = column / (SPAN / FORMER) * SPAN + column % (SPAN / FORMER);
    UNROLL
    for (uint r = 0; r < FORMER; ++r) exchange[exchange_start + WRITE_AT(first, r)] = SENT(v[i * FORMER + r]);
  }
}
