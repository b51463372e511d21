// Root mean squares of padded frames of samples, or the part of them that cross zero.
// Grid: THREADS_PER_FRAME threads a frame.
SHARED float partial[THREADS_PER_GROUP];
const uint worker = (uint)thread_position_in_threadgroup.x;
const uint lane = worker % THREADS_PER_FRAME;
const int samples = y_shape[1];
const uint unit = (uint)threadgroup_position_in_grid.x * (THREADS_PER_GROUP / THREADS_PER_FRAME) + worker / THREADS_PER_FRAME;
const uint row = unit / (uint)frames;
const bool live = row < (uint)y_shape[0];
const int start = (int)(unit - row * frames) * hop - pad_left;
const bool inside = start >= 0 && start + length <= samples;
const offset_t base = (offset_t)row * samples;
float sum = 0.0f;
if (live) {
#if CROSSINGS
  for (int i = (int)lane + 1; i < length; i += THREADS_PER_FRAME) {
    const float x = SAMPLE(start + i), before = SAMPLE(start + i - 1);
    sum += sign_of(x, threshold, zero_is_positive) != sign_of(before, threshold, zero_is_positive) ? 1.0f : 0.0f;
  }
#else
  for (int i = (int)lane; i < length; i += THREADS_PER_FRAME) {
    const float x = SAMPLE(start + i);
    sum = FMA(x, x, sum);
  }
#endif
}
partial[worker] = sum;
BARRIER();
UNROLL
for (uint reach = THREADS_PER_FRAME / 2; reach > 0; reach /= 2) {
  if (lane < reach) partial[worker] += partial[worker + reach];
  BARRIER();
}
#if CROSSINGS
if (live && lane == 0) out[unit] = (partial[worker] + counted) / length;
#else
if (live && lane == 0) out[unit] = SQRT(partial[worker] / length);
#endif
