// Decibels over a reference, at least those of `top_db` below the peak of each row. Grid: one thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
const offset_t row = index / values_shape[1];
if (row < values_shape[0]) {
  const float zero = floored_log(ref[row * ref_step], amin);
  const float level = scale * (floored_log(values[index], amin) - zero);
#if CLIPPED
  // logarithms rise with their argument: the highest level is that of the highest value
  out[index] = larger(level, scale * (floored_log(peak[row], amin) - zero) - top_db);
#else
  out[index] = level;
#endif
}
