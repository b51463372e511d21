// One step of Viterbi's algorithm: the scores of eight states, side by side in the lanes, over all states before.
#pragma once

#include "kernels/power.h"

namespace {

using spectro::FewHiddenJob;
using spectro::HiddenJob;
using spectro::SeenJob;
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

// The lanes of a group wait for each other only through the scores; which state was best is found beside them.
void few_hidden_steps(const FewHiddenJob& h) {
  typedef int8_t VB __attribute__((vector_size(W / 2)));  // one for each lane of a VD
  VD way[STATES][PARTS];
  for (int64_t i = 0; i < h.states; ++i)
    for (int p = 0; p < PARTS; ++p) way[i][p] = reinterpret_cast<const VDU*>(h.ways + i * STATES)[p];
  for (int64_t t = 1; t < h.steps; ++t) {
    VD best[PARTS];
    VDB which[PARTS];
#pragma GCC unroll 8
    for (int p = 0; p < PARTS; ++p) best[p] = h.value[0] + way[0][p], which[p] = VDB{};
    for (int64_t i = 1; i < h.states; ++i) {
      const VD before = VD{} + h.value[i];
#pragma GCC unroll 8
      for (int p = 0; p < PARTS; ++p) {
        const VD score = before + way[i][p];
        which[p] = score > best[p] ? VDB{} + uint64_t(i) : which[p];
        best[p] = score > best[p] ? score : best[p];
      }
    }
#pragma GCC unroll 8
    for (int p = 0; p < PARTS; ++p) {
      reinterpret_cast<VDU*>(h.value)[p] = best[p] + reinterpret_cast<const VDU*>(h.seen + t * h.states)[p];
      const VB narrow = __builtin_convertvector(which[p], VB);
      __builtin_memcpy(h.before + t * STATES + p * int(sizeof(VB)), &narrow, sizeof(VB));
    }
  }
}

constexpr int64_t STEPS_AT_ONCE = 8;  // whose values of one state share a cache line, where steps lie side by side

void logarithms(const SeenJob& g, int64_t first, int64_t last) {
  for (int64_t from = first; from < last; from += STEPS_AT_ONCE) {
    const int64_t to = from + STEPS_AT_ONCE < last ? from + STEPS_AT_ONCE : last;
    double* out = g.out + from * g.states;
    for (int64_t j = 0; j < g.states; ++j)
      for (int64_t t = from; t < to; ++t) out[(t - from) * g.states + j] = g.seen[t * g.step + j * g.state];
    const int64_t n = g.probabilities ? (to - from) * g.states : 0;
    constexpr int64_t L = W / 2;
    constexpr double least = 2.2250738585072014e-308;
    int64_t i = 0;
    for (; i + L <= n; i += L) {
      VDU* at = reinterpret_cast<VDU*>(out + i);
      *at = log_of(*at + least);
    }
    if (i < n) {
      VD rest = VD{} + 1.0;
      for (int64_t l = 0; i + l < n; ++l) rest[l] = out[i + l] + least;
      rest = log_of(rest);
      for (int64_t l = 0; i + l < n; ++l) out[i + l] = rest[l];
    }
    if (!g.share) continue;
    for (int64_t t = 0; t < to - from; ++t)
      for (int64_t j = 0; j < g.states; ++j) out[t * g.states + j] -= g.share[j];
  }
}

}  // namespace
