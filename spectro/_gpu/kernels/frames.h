// Cut padded, windowed frames for sizes that the fused kernels do not transform. Grid: one thread for SAMPLES samples,
// THREADS_PER_GROUP apart, for where a sample lies takes divisions to find, and where the next one does takes none.
offset_t index = (offset_t)threadgroup_position_in_grid.x * (THREADS_PER_GROUP * SAMPLES) + thread_position_in_threadgroup.x;
const int length = y_shape[1];
const offset_t cut = index / n_fft;  // of all rows' frames
offset_t row = cut / frames;
int frame = (int)(cut - row * frames), k = (int)(index - cut * n_fft);
for (int i = 0; i < SAMPLES && row < y_shape[0]; ++i) {
  const int at = frame * hop - pad_left + k;
  const bool inside = at >= 0 && at < length;
  const int from = inside ? at : fold(at, length, pad_mode);
  const float gain = inside ? window[k] : fade(at, length, pad_mode, pad_left) * window[k];
  out[index] = from < 0 ? 0.0f : y[row * length + from] * gain;
  index += THREADS_PER_GROUP;
  k += THREADS_PER_GROUP;
  while (k >= n_fft) {
    k -= n_fft;
    frame = frame + 1 < frames ? frame + 1 : 0;
    row += frame == 0;
  }
}
