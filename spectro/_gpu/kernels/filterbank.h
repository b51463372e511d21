// Bands as weighted sums over runs of bins. Grid: one thread a band of a frame.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const offset_t row = index / bands;
if (row < bins_shape[0]) {
  const int band = (int)(index - row * bands);
  const offset_t first = row * bins_shape[1] + starts[band];
  const int count = counts[band], at = offsets[band];
  float sum = 0.0f;
  for (int i = 0; i < count; ++i) sum = FMA(weights[at + i], bins[first + i], sum);
  out[index] = sum;
}
