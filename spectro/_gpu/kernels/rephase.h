// A magnitude with the phase of what an estimate leaves of an earlier one, and 0 where that is. One thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
if (index < (offset_t)size) {
  const cfloat before = LOAD_SINGLES(AS_CONST_FLOATS(earlier), index);
  const cfloat a = cfma(-momentum, before, LOAD_SINGLES(AS_CONST_FLOATS(estimate), index));
  const float unit = unit_of(a);
  const cfloat b = PAIR_OF(a.x / unit, a.y / unit);
  AS_PAIRS(out)[index] = cscale(b, a.x == 0.0f && a.y == 0.0f ? 0.0f : levels[index] / length_of(b));
}
