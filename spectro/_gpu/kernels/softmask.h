// Share of each value in what two arrays hold there. One thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
if (index < (offset_t)size) out[index] = share(levels[index], rest[index], power, at_zero);
