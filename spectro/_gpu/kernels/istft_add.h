// Add what the round's frames give to the samples that this thread owns.
UNROLL
for (uint i = 0; i < SAMPLES_PER_THREAD; ++i) {
  const int block = begin + trim + (int)i * THREADS_PER_GROUP - round * hop;  // the group's i-th samples, from the round's start
  if (block + THREADS_PER_GROUP > 0 && block < (TRANSFORMS_PER_GROUP * FRAMES_PER_TRANSFORM - 1) * hop + N_FFT) {
    UNROLL
    for (int f = 0; f < TRANSFORMS_PER_GROUP * FRAMES_PER_TRANSFORM; ++f) {
      const int at = block + (int)worker - f * hop;
      if (at >= 0 && at < N_FFT && round + f <= last_frame) {
#if FRAMES_PER_TRANSFORM == 1
        const float sample = frame_samples[2 * f * EXCHANGE_POINTS + at];
#else
        const float sample = frame_samples[f / 2 * 2 * EXCHANGE_POINTS + 2 * at + f % 2];
#endif
        sums[i] = FMA(sample, window[at], sums[i]);
      }
    }
  }
}
