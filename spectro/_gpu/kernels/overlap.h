// Windowed overlap-add of frames, the transpose of frames.h. Grid: one thread a sample of the sum.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const int frames = cuts_shape[1];
const offset_t row = index / length;
if (row < cuts_shape[0]) {
  const int at = (int)(index - row * length) + trim;
  const int first = at < n_fft ? 0 : (at - n_fft) / hop + 1;
  float sum = 0.0f, envelope = 0.0f;
  for (int f = first; f < frames && f * hop <= at; ++f) {
    const int k = at - f * hop;
    const float w = window[k];
    sum = FMA(cuts[(row * frames + f) * n_fft + k], w, sum);
    envelope = FMA(w, w, envelope);
  }
#if NORMALIZE
  sum *= RECIPROCAL(envelope);
#endif
  out[index] = sum;
}
