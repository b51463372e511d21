// Features of the magnitudes in `exchange`, whose other half, where it has one, is free for sums.
DEVICE float* target = out + ((offset_t)row * frames + frame) * bands;
#define MAGNITUDE(k) POWER0(k)
#if SPLIT || FRAMES_PER_TRANSFORM == 2
SHARED float sums[2 * THREADS_PER_GROUP];
#define SUM(i) sums[2 * slot * THREADS_PER_TRANSFORM + (i)]
#else
#define SUM(i) exchange[exchange_start + (i)].y
#endif
bool reduces = live;
#include "reduced.h"
#if FRAMES_PER_TRANSFORM == 2
#undef MAGNITUDE
#define MAGNITUDE(k) POWER1(k)
reduces = live && both;
target += bands;
#include "reduced.h"
#endif
