// Spectral flux: the rise of each band over the largest neighbour LAG frames before. Grid: a team of LANES a frame.
SHARED float partial[THREADS];
const index_t worker = (index_t)thread_position_in_threadgroup.x;
const index_t lane = worker % LANES;
const int frames = levels_shape[1];
const int steps = frames - LAG;
const index_t step = (index_t)threadgroup_position_in_grid.x * (THREADS / LANES) + worker / LANES;
const index_t row = step / (index_t)steps;
const bool live = row < (index_t)levels_shape[0];
const offset_t before = ((offset_t)row * frames + (int)(step - row * steps)) * BANDS;
float sum = 0.0f;
if (live) {
  for (index_t band = lane; band < BANDS; band += LANES) {
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
for (index_t reach = LANES / 2; reach > 0; reach /= 2) {
  if (lane < reach) partial[worker] += partial[worker + reach];
  BARRIER();
}
if (live && lane == 0) out[step] = partial[worker] / BANDS;
#endif
