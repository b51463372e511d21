// Sparse filterbank over the powers in `exchange`: a band is a weighted sum over a run of bins.
SYNC();
if (live) {
  DEVICE float* target = out + ((offset_t)row * frames + frame) * bands;
  for (uint band = lane; band < (uint)bands; band += THREADS_PER_TRANSFORM) {
    const int first = starts[band], count = counts[band], at = offsets[band];
#if FRAMES_PER_TRANSFORM == 1
    float sum = 0.0f;
    for (int i = 0; i < count; ++i) sum = FMA(weights[at + i], POWER0(first + i), sum);
    target[band] = LEVEL(sum);
#else
    cfloat sum = PAIR_OF(0.0f, 0.0f);
    for (int i = 0; i < count; ++i) sum = cfma(weights[at + i], PAIR_OF(POWER0(first + i), POWER1(first + i)), sum);
    target[band] = LEVEL(sum.x);
    if (both) target[bands + band] = LEVEL(sum.y);
#endif
  }
}
