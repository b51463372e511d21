// Cut padded, windowed frames for sizes that the fused kernels do not transform. Grid: one thread a sample.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const int length = y_shape[1];
const int frames = extent[0];
const offset_t cut = index / N_FFT;  // of all rows' frames
const offset_t row = cut / frames;
if (row < y_shape[0]) {
  const int k = (int)(index - cut * N_FFT);
  const int at = (int)(cut - row * frames) * HOP - PAD_LEFT + k;
  const int from = fold(at, length);
  out[index] = from < 0 ? 0.0f : y[row * length + from] * fade(at, length) * window[k];
}
