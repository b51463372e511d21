// Cut padded, windowed frames for sizes that the fused kernels do not transform. Grid: one thread a sample.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const int length = y_shape[1];
const offset_t cut = index / n_fft;  // of all rows' frames
const offset_t row = cut / frames;
if (row < y_shape[0]) {
  const int k = (int)(index - cut * n_fft);
  const int at = (int)(cut - row * frames) * hop - pad_left + k;
  const int from = fold(at, length, pad_mode);
  out[index] = from < 0 ? 0.0f : y[row * length + from] * fade(at, length, pad_mode, pad_left) * window[k];
}
