// Spectral flux: the rise of each band over the largest neighbor `lag` frames before.
// Grid: THREADS_PER_FRAME threads a frame.
SHARED float partial[THREADS_PER_GROUP];
const uint worker = (uint)thread_position_in_threadgroup.x;
const uint lane = worker % THREADS_PER_FRAME;
const int frames = levels_shape[1], bands = levels_shape[2];
const int steps = frames - lag;
const uint steps_per_group = THREADS_PER_GROUP / THREADS_PER_FRAME;
const uint step = (uint)threadgroup_position_in_grid.x * steps_per_group + worker / THREADS_PER_FRAME;
const uint row = step / (uint)steps;
const bool live = row < (uint)levels_shape[0];
const offset_t before = ((offset_t)row * frames + (int)(step - row * steps)) * bands;
float sum = 0.0f;
if (live) {
  for (uint band = lane; band < (uint)bands; band += THREADS_PER_FRAME) {
    float base = reference[before + band];
    for (int near = -(width / 2); near < width - width / 2; ++near) {
      base = larger(base, reference[before + fold((int)band + near, bands, PAD_SYMMETRIC)]);
    }
    const float rise = larger(levels[before + lag * bands + band] - base, 0.0f);
#if MEAN
    sum += rise;
#else
    out[(offset_t)step * bands + band] = rise;
#endif
  }
}
#if MEAN
partial[worker] = sum;
BARRIER();
UNROLL
for (uint reach = THREADS_PER_FRAME / 2; reach > 0; reach /= 2) {
  if (lane < reach) partial[worker] += partial[worker + reach];
  BARRIER();
}
if (live && lane == 0) out[step] = partial[worker] / bands;
#endif
