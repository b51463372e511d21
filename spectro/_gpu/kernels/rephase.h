// A magnitude with the phase of what an estimate leaves of an earlier one, and 0 where that is. One thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
if (index < (offset_t)size) {
  DEVICE const float* before = AS_CONST_FLOATS(earlier);
  DEVICE const float* now = AS_CONST_FLOATS(estimate);
  const cfloat b0 = PAIR_OF(before[2 * index], before[2 * index + 1]), n0 = PAIR_OF(now[2 * index], now[2 * index + 1]);
  const cfloat a = cfma(-momentum, b0, n0);
  const float unit = unit_of(a);
  const cfloat b = PAIR_OF(a.x / unit, a.y / unit);
  AS_PAIRS(out)[index] = cscale(b, a.x == 0.0f && a.y == 0.0f ? 0.0f : levels[index] / length_of(b));
}
