// Divide by the envelope and write the group's samples.
UNROLL
for (uint i = 0; i < SAMPLES_PER_THREAD; ++i) {
  const int sample = begin + (int)(worker + i * THREADS_PER_GROUP);
  if (sample < end) {
    float value = sums[i];
#if NORMALIZE
    const int at = sample + TRIM;
    int f = at < N_FFT ? 0 : (at - N_FFT) / HOP + 1;
    float envelope = 0.0f;
    for (; f < frames && f * HOP <= at; ++f) envelope = FMA(window[at - f * HOP], window[at - f * HOP], envelope);
    value *= RECIPROCAL(envelope);
#endif
    out[(offset_t)row * length + sample] = value;
  }
}
