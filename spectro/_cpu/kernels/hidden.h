// One step of Viterbi's algorithm: the best state before each of eight, side by side in the lanes.
#pragma once

#include "kernels/simd.h"

namespace {

using spectro::HiddenJob;
using spectro::STATES;

typedef double States __attribute__((vector_size(8 * STATES), aligned(8)));
typedef int64_t Before __attribute__((vector_size(8 * STATES), aligned(8)));

constexpr int CHAINS = 4;  // of comparisons, each of which waits for the one before

SPECTRO_INLINE void keep_better(States& best, Before& before, States score, Before state) {
  const Before better = score > best;
  best = better ? score : best;
  before = better ? state : before;
}

// `count` states from `first` on, the earlier of equal ones first.
SPECTRO_INLINE void best_of_run(const double* value, const States* way, int64_t first, int64_t count, States& best,
                                Before& before) {
  const int64_t part = count / CHAINS;
  States score[CHAINS];
  Before state[CHAINS];
  for (int c = 0; c < CHAINS; ++c) score[c] = best, state[c] = before;
  for (int64_t i = 0; i < part; ++i)
#pragma GCC unroll 4
    for (int c = 0; c < CHAINS; ++c) {
      const int64_t at = c * part + i;
      keep_better(score[c], state[c], value[first + at] + way[at], Before{} + (first + at));
    }
  for (int c = 0; c < CHAINS; ++c) keep_better(best, before, score[c], state[c]);
  for (int64_t at = CHAINS * part; at < count; ++at)
    keep_better(best, before, value[first + at] + way[at], Before{} + (first + at));
}

// Groups from .. to - 1 of eight states: the values after this step, and the state before each.
void hidden_step(const HiddenJob& h, int64_t from, int64_t to) {
  for (int64_t group = from; group < to; ++group) {
    States best = States{} + h.leap;  // the way from the best state of all, where no other way is known
    Before before = Before{} + h.leap_from;
    bool open = true;
    States known = States{} - __builtin_inf();
    Before state = Before{};
    for (int64_t r = h.runs[group]; r < h.runs[group + 1]; ++r) {
      const int64_t* run = h.run + 3 * r;
      best_of_run(h.value, reinterpret_cast<const States*>(h.ways + run[2]), run[0], run[1], known, state);
      open = open && run[1] < h.states;
    }
    const Before nearer = open ? (known > best) | ((known == best) & (state < before)) : Before{} - 1;
    best = nearer ? known : best;
    before = nearer ? state : before;
    for (int64_t l = 0, j = group * STATES; l < STATES && j < h.states; ++l, ++j) {
      h.next[j] = h.seen[j] + best[l];
      h.before[j] = int32_t(before[l]);
    }
  }
}

}  // namespace
