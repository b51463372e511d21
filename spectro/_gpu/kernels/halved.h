// Every second sample through a symmetric filter. Grid: one thread a sample of the result.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const offset_t row = index / length;
if (row < samples_shape[0]) {
  const int middle = 2 * (int)(index - row * length);
  const offset_t first = row * samples_shape[1];
  float sum = taps[0] * samples[first + middle];
  for (int k = 1; k <= reach; ++k) {
    const int left = middle - k, right = middle + k;
    float pair = 0.0f;
    if (left >= 0) pair += samples[first + left];
    if (right < samples_shape[1]) pair += samples[first + right];
    sum = FMA(taps[k], pair, sum);
  }
  out[index] = sum;
}
