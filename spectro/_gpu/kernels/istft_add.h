// Add what the round's frames give to the samples that this thread owns: all of it, or the PART that is in `exchange`,
// which is each second sample of a folded frame, or each second frame.
#if !SPLIT
#define IN_PART(f, at) true
#elif FRAMES_PER_TRANSFORM == 1
#define IN_PART(f, at) ((at) % 2 == PART)
#else
#define IN_PART(f, at) ((f) % 2 == PART)
#endif
UNROLL
for (uint i = 0; i < SAMPLES_PER_THREAD; ++i) {
  const int block = begin + trim + (int)i * THREADS_PER_GROUP - round * hop;  // the group's i-th samples, from the round's start
  if (block + THREADS_PER_GROUP > 0 && block < (TRANSFORMS_PER_GROUP * FRAMES_PER_TRANSFORM - 1) * hop + N_FFT) {
    UNROLL
    for (int f = 0; f < TRANSFORMS_PER_GROUP * FRAMES_PER_TRANSFORM; ++f) {
      const int at = block + (int)worker - f * hop;
      if (at >= 0 && at < N_FFT && round + f <= last_frame && IN_PART(f, at)) {
#if SPLIT
        const float sample = frame_samples[f / FRAMES_PER_TRANSFORM * EXCHANGE_POINTS + at * FRAMES_PER_TRANSFORM / 2];
#elif FRAMES_PER_TRANSFORM == 1
        const float sample = frame_samples[2 * f * EXCHANGE_POINTS + at];
#else
        const float sample = frame_samples[f / 2 * 2 * EXCHANGE_POINTS + 2 * at + f % 2];
#endif
        sums[i] = FMA(sample, window[at], sums[i]);
      }
    }
  }
}
#undef IN_PART
