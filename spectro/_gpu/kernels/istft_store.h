// Divide by the envelope and write the group's samples.
UNROLL
for (uint i = 0; i < SAMPLES_PER_THREAD; ++i) {
  const int sample = begin + (int)(worker + i * THREADS_PER_GROUP);
  if (sample < end) {
    float value = sums[i];
#if NORMALIZE
    const int at = sample + trim;
    int f = at < N_FFT ? 0 : (at - N_FFT) / hop + 1;
    float envelope = 0.0f;
    for (; f < frames && f * hop <= at; ++f) envelope = FMA(window[at - f * hop], window[at - f * hop], envelope);
    value *= RECIPROCAL(envelope);
#endif
    out[(offset_t)row * length + sample] = value;
  }
}
