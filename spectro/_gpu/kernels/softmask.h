// Share of each value in what two arrays hold there, both raised to a power over the larger of them. One thread an
// element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
if (index < (offset_t)size) {
  const float peak = larger(levels[index], rest[index]);  // NaN where either is
  const float mine = levels[index] / peak, other = rest[index] / peak;
  const float a = power == 1.0f ? mine : power == 2.0f ? mine * mine : POW(mine, power);
  const float b = power == 1.0f ? other : power == 2.0f ? other * other : POW(other, power);
  out[index] = peak < LEAST ? at_zero : a / (a + b);
}
