// A complex bank over runs of complex bins. Grid: one thread a band of a frame.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const offset_t row = index / bands;
if (row < bins_shape[0]) {
  const int band = (int)(index - row * bands);
  const offset_t first = 2 * (row * (bins_shape[1] / 2) + starts[band]);
  const int count = counts[band], at = 2 * offsets[band];
  float real = 0.0f, imag = 0.0f;
  for (int i = 0; i < 2 * count; i += 2) {
    const float x = bins[first + i], y = bins[first + i + 1], u = weights[at + i], v = weights[at + i + 1];
    real = FMA(x, u, FMA(-y, v, real));
    imag = FMA(x, v, FMA(y, u, imag));
  }
  out[2 * index] = real;
  out[2 * index + 1] = imag;
}
