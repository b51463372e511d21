// Spectral flux: the rise of each band over the largest neighbour LAG frames before.
// Grid: THREADS_PER_FRAME threads a frame.
SHARED float partial[THREADS_PER_GROUP];
const uint worker = (uint)thread_position_in_threadgroup.x;
const uint lane = worker % THREADS_PER_FRAME;
const int frames = levels_shape[1];
const int steps = frames - LAG;
const uint steps_per_group = THREADS_PER_GROUP / THREADS_PER_FRAME;
const uint step = (uint)threadgroup_position_in_grid.x * steps_per_group + worker / THREADS_PER_FRAME;
const uint row = step / (uint)steps;
const bool live = row < (uint)levels_shape[0];
const offset_t before = ((offset_t)row * frames + (int)(step - row * steps)) * BANDS;
float sum = 0.0f;
if (live) {
  for (uint band = lane; band < BANDS; band += THREADS_PER_FRAME) {
    float base = reference[before + band];
    UNROLL
    for (int near = -(WIDTH / 2); near < WIDTH - WIDTH / 2; ++near) {
      base = larger(base, reference[before + fold((int)band + near, BANDS)]);
    }
    const float rise = larger(levels[before + LAG * BANDS + band] - base, 0.0f);
#if MEAN
    sum += rise;
#else
    out[(offset_t)step * BANDS + band] = rise;
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
if (live && lane == 0) out[step] = partial[worker] / BANDS;
#endif
