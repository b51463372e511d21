// The magnitude of each element, or the element over it, which is 1 for zero. One thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
if (index < (offset_t)size) {
  const cfloat a = LOAD_SINGLES(AS_CONST_FLOATS(points), index);
  const float unit = unit_of(a);
  const cfloat b = PAIR_OF(a.x / unit, a.y / unit);
#if DIRECTION
  const cfloat c = a.x == 0.0f && a.y == 0.0f ? PAIR_OF(1.0f, 0.0f) : b;
  const float root = length_of(c);
  AS_PAIRS(out)[index] = PAIR_OF(c.x / root, c.y / root);
#else
  out[index] = unit * length_of(b);
#endif
}
