// Add what the round's frames give to the samples that this thread owns.
UNROLL
for (index_t i = 0; i < OWNED; ++i) {
  const int block = begin + TRIM + (int)i * THREADS - round * HOP;  // the group's i-th samples, from the round's start
  if (block + THREADS > 0 && block < (TEAMS * FRAMES_EACH - 1) * HOP + N_FFT) {
    UNROLL
    for (int f = 0; f < TEAMS * FRAMES_EACH; ++f) {
      const int at = block + (int)worker - f * HOP;
      if (at >= 0 && at < N_FFT && round + f <= last_frame) {
#if FRAMES_EACH == 1
        const float sample = frame_samples[2 * f * EXCHANGE + at];
#else
        const float sample = frame_samples[f / 2 * 2 * EXCHANGE + 2 * at + f % 2];
#endif
        sums[i] = FMA(sample, window[at], sums[i]);
      }
    }
  }
}
