// Features of magnitudes that are given. Grid: THREADS_PER_TRANSFORM threads a frame, TRANSFORMS_PER_GROUP frames a group.
SHARED float held[TRANSFORMS_PER_GROUP * BINS];
SHARED float sums[2 * THREADS_PER_GROUP];
const uint lane = (uint)thread_position_in_threadgroup.x % THREADS_PER_TRANSFORM;
const uint slot = (uint)thread_position_in_threadgroup.x / THREADS_PER_TRANSFORM;
const uint frame = (uint)threadgroup_position_in_grid.x * TRANSFORMS_PER_GROUP + slot;
const bool reduces = frame < (uint)levels_shape[0];
DEVICE float* target = out + (offset_t)frame * bands;
#define MAGNITUDE(k) held[slot * BINS + (k)]
#define SUM(i) sums[2 * slot * THREADS_PER_TRANSFORM + (i)]
for (int k = (int)lane; k < BINS; k += THREADS_PER_TRANSFORM) {
  MAGNITUDE(k) = reduces ? levels[(offset_t)frame * BINS + k] : 0.0f;
}
#include "reduced.h"
