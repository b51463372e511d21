// Zeros between the samples, through a symmetric filter. Grid: one thread a sample of the result.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const offset_t row = index / length;
if (row < samples_shape[0]) {
  const int place = (int)(index - row * length);
  const offset_t first = row * samples_shape[1];
  float sum = place % 2 == 0 ? taps[0] * samples[first + place / 2] : 0.0f;
  for (int k = place % 2 == 0 ? 2 : 1; k <= reach; k += 2) {
    const int left = place - k, right = (place + k) / 2;
    float pair = 0.0f;
    if (left >= 0) pair += samples[first + left / 2];
    if (right < samples_shape[1]) pair += samples[first + right];
    sum = FMA(taps[k], pair, sum);
  }
  out[index] = sum;
}
