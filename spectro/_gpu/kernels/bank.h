// Sparse filterbank over the powers in `work`: a band is a weighted sum over a run of bins.
SYNC();
if (live) {
  DEVICE float* bands = out + ((offset_t)row * frames + frame) * BANDS;
  for (index_t band = lane; band < BANDS; band += LANES) {
    const int first = starts[band], count = counts[band], at = offsets[band];
#if FRAMES_EACH == 1
    float sum = 0.0f;
    for (int i = 0; i < count; ++i) sum = FMA(weights[at + i], work[exchange + first + i].x, sum);
    bands[band] = LEVEL(sum);
#else
    cfloat sum = PAIR_OF(0.0f, 0.0f);
    for (int i = 0; i < count; ++i) sum = cfma(weights[at + i], work[exchange + first + i], sum);
    bands[band] = LEVEL(sum.x);
    if (both) bands[BANDS + band] = LEVEL(sum.y);
#endif
  }
}
