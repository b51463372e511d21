// Decibels over a reference, at least those of TOP_DB below the peak of each row. Grid: one thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const offset_t row = index / values_shape[1];
if (row < values_shape[0]) {
  const float zero = floored_log(ref[ONE_REF ? 0 : row]);
  const float level = SCALE * (floored_log(values[index]) - zero);
#if CLIPPED
  // logarithms rise with their argument: the highest level is that of the highest value
  out[index] = larger(level, SCALE * (floored_log(peak[row]) - zero) - TOP_DB);
#else
  out[index] = level;
#endif
}
