// Running medians, down the columns of matrices or along their rows, by a network of minima and maxima that selects
// those of COUNT neighboring windows together. A NaN is larger than all.
// Grid: one thread for COUNT medians of a column or row.
const int length = DOWN ? levels_shape[1] : levels_shape[2];
const int series_count = DOWN ? levels_shape[2] : levels_shape[1];
const int parts = (length + COUNT - 1) / COUNT;
const uint index = (uint)threadgroup_position_in_grid.x * THREADS_PER_GROUP + (uint)thread_position_in_threadgroup.x;
// neighboring threads read neighboring values: columns next to each other, or parts of one row
const uint inner = DOWN ? (uint)series_count : (uint)parts;
const uint outer = DOWN ? (uint)parts : (uint)series_count;
const int series = (int)(DOWN ? index % inner : index / inner % outer);
const int part = (int)(DOWN ? index / inner % outer : index % inner);
const uint row = index / inner / outer;
if (row < (uint)levels_shape[0]) {
  const offset_t step = DOWN ? (offset_t)levels_shape[2] : 1;
  const offset_t base =
      (offset_t)row * levels_shape[1] * levels_shape[2] + (offset_t)series * (DOWN ? 1 : levels_shape[2]);
  float r[REGISTERS];
  UNROLL
  for (int i = 0; i < INPUTS; ++i) r[i] = levels[base + fold(part * COUNT - SIZE / 2 + i, length, PAD_SYMMETRIC) * step];
  float x, y;
  bool swaps;
#define STEP(a, b, low, high) \
  x = r[a];                   \
  y = r[b];                   \
  swaps = y < x || x != x;    \
  r[low] = swaps ? y : x;     \
  r[high] = swaps ? x : y;
#define RESULT(i, from) \
  if (part * COUNT + i < length) out[base + (part * COUNT + i) * step] = r[from];
  STEPS
  RESULTS
#undef STEP
#undef RESULT
}
