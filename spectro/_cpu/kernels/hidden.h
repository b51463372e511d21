// One step of Viterbi's algorithm: the scores of eight states, side by side in the lanes, over all states before.
#pragma once

#include "kernels/simd.h"

namespace {

using spectro::HiddenJob;
using spectro::STATES;

constexpr int PARTS = 2 * STATES / W;  // vectors of a group
constexpr int CHAINS = 2;              // of maxima, each of which waits for the one before

// The best of the ways from `count` states on.
SPECTRO_INLINE void best_of_run(const double* value, const double* way, int64_t count, VD (&best)[PARTS]) {
  const int64_t half = count / CHAINS;
  VD other[PARTS];
#pragma GCC unroll 8
  for (int p = 0; p < PARTS; ++p) other[p] = best[p];
  for (int64_t i = 0; i < half; ++i) {
    const VD a = VD{} + value[i], b = VD{} + value[half + i];
#pragma GCC unroll 8
    for (int p = 0; p < PARTS; ++p) {
      const VD left = a + reinterpret_cast<const VDU*>(way + i * STATES)[p];
      const VD right = b + reinterpret_cast<const VDU*>(way + (half + i) * STATES)[p];
      best[p] = left > best[p] ? left : best[p];
      other[p] = right > other[p] ? right : other[p];
    }
  }
  if (count % CHAINS) {
    const VD last = VD{} + value[count - 1];
#pragma GCC unroll 8
    for (int p = 0; p < PARTS; ++p) {
      const VD score = last + reinterpret_cast<const VDU*>(way + (count - 1) * STATES)[p];
      best[p] = score > best[p] ? score : best[p];
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < PARTS; ++p) best[p] = other[p] > best[p] ? other[p] : best[p];
}

// Groups from .. to - 1 of eight states.
void hidden_step(const HiddenJob& h, int64_t from, int64_t to) {
  for (int64_t group = from; group < to; ++group) {
    VD best[PARTS];
#pragma GCC unroll 8
    for (int p = 0; p < PARTS; ++p) best[p] = VD{} + h.leap;
    for (int64_t r = h.runs[group]; r < h.runs[group + 1]; ++r) {
      const int64_t* run = h.run + 3 * r;
      best_of_run(h.value + run[0], h.ways + run[2], run[1], best);
    }
    double score[STATES];
#pragma GCC unroll 8
    for (int p = 0; p < PARTS; ++p) reinterpret_cast<VDU*>(score)[p] = best[p];
    for (int64_t l = 0, j = group * STATES; l < STATES && j < h.states; ++l, ++j) h.next[j] = h.seen[j] + score[l];
  }
}

// Several steps, each of which waits for the one before; `longest` is the way where no other is known.
void hidden_steps(const HiddenJob& first, int64_t steps, double longest) {
  HiddenJob h = first;
  const int64_t groups = (h.states + STATES - 1) / STATES;
  const bool leaps = longest > h.leap;  // which is minus infinity where every way is known
  for (int64_t t = 0; t < steps; ++t) {
    if (leaps) {
      double best = h.value[0];
      for (int64_t i = 1; i < h.states; ++i) best = h.value[i] > best ? h.value[i] : best;
      h.leap = best + longest;
    }
    hidden_step(h, 0, groups);
    h.value = h.next, h.next += h.states, h.seen += h.states;
  }
}

}  // namespace
