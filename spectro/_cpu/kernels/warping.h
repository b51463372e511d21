// Two dynamic programs: total costs of warping paths, and scores of alignments. In doubles, and without products that
// are contracted with sums, so that ties between paths fall as they do in plain arithmetic.
#pragma once

#include "kernels/jobs.h"
#include "kernels/simd.h"

namespace {

using spectro::Distance;
using spectro::RecurrenceJob;
using spectro::WARPING_COLUMNS;
using spectro::WarpingJob;
using spectro::WarpingStep;

constexpr int GROUP = W / 2;  // cells side by side
constexpr double NOWHERE = __builtin_inf();
typedef VD Cells;

// Cells, or a single one, from any address.
template <class X>
SPECTRO_INLINE X cells(const double* p) {
  X x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}

template <class X>
SPECTRO_INLINE void put(double* p, X x) {
  __builtin_memcpy(p, &x, sizeof x);
}

// Columns of a row: costs, the least totals so far and the numbers of their steps, -1 for none.
struct WarpingRow {
  double cost[WARPING_COLUMNS], best[WARPING_COLUMNS], number[WARPING_COLUMNS], rise[WARPING_COLUMNS];
};

// What a feature adds to a distance.
template <Distance KIND>
SPECTRO_INLINE Cells gap(double x, const double* others) {
  const Cells y = cells<Cells>(others), d = x - y;
  if constexpr (KIND == Distance::COSINE) return rounded(x * y);
  if constexpr (KIND == Distance::MANHATTAN) return d < 0.0 ? -d : d;
  return rounded(d * d);
}

// Sums of what each feature adds for one frame x and packed frames (features, WARPING_COLUMNS).
template <Distance KIND>
SPECTRO_INLINE void gaps(const double* x, const double* packed, int64_t features, double* cost) {
  for (int64_t j = 0; j < WARPING_COLUMNS; j += 4 * GROUP) {
    Cells sum[4] = {};
    for (int64_t k = 0; k < features; ++k)
#pragma GCC unroll 4
      for (int l = 0; l < 4; ++l) sum[l] += gap<KIND>(x[k], packed + k * WARPING_COLUMNS + j + l * GROUP);
    for (int l = 0; l < 4; ++l) put(cost + j + l * GROUP, sum[l]);
  }
}

// One less the cosines of angles. Features are summed in two rows, the odd and the even ones, as SciPy's code is
// compiled.
SPECTRO_INLINE void angles(const WarpingJob& w, const double* x, double norm, int64_t from, const double* packed,
                           double* cost) {
  const int64_t pairs = w.features / 2 * 2;
  for (int64_t j = 0; j < WARPING_COLUMNS; j += GROUP) {
    Cells even = {}, odd = {};
    for (int64_t k = 0; k < pairs; k += 2) {
      even += gap<Distance::COSINE>(x[k], packed + k * WARPING_COLUMNS + j);
      odd += gap<Distance::COSINE>(x[k + 1], packed + (k + 1) * WARPING_COLUMNS + j);
    }
    Cells sum = even + odd;
    if (pairs < w.features) sum += gap<Distance::COSINE>(x[pairs], packed + pairs * WARPING_COLUMNS + j);
    put(cost + j, sum);
  }
  const int64_t count = w.columns - from < WARPING_COLUMNS ? w.columns - from : WARPING_COLUMNS;
  for (int64_t j = 0; j < count; ++j) {
    const double cosine = cost[j] / (norm * w.right_norms[from + j]);
    cost[j] = 1 - (cosine > 1 ? 1 : cosine < -1 ? -1 : cosine);
  }
}

// Distances of frame i to packed frames from column `from` on.
SPECTRO_INLINE void distances(const WarpingJob& w, int64_t i, int64_t from, const double* packed, double* cost) {
  const double* x = w.left + i * w.features;
  switch (w.distance) {
    case Distance::SQUARED: return gaps<Distance::SQUARED>(x, packed, w.features, cost);
    case Distance::MANHATTAN: return gaps<Distance::MANHATTAN>(x, packed, w.features, cost);
    case Distance::COSINE: return angles(w, x, w.left_norms[i], from, packed, cost);
    case Distance::EUCLIDEAN: break;
  }
  gaps<Distance::SQUARED>(x, packed, w.features, cost);
  for (int64_t j = 0; j < WARPING_COLUMNS; ++j) cost[j] = __builtin_sqrt(cost[j]);
}

// Costs of row i, infinite outside of the band; gives whether one is NaN.
bool costs_of_row(const WarpingJob& w, int64_t i, int64_t from, int64_t count, const double* packed, double* cost) {
  if (w.costs)
    __builtin_memcpy(cost, w.costs + i * w.columns + from, size_t(count) * sizeof(double));
  else
    distances(w, i, from, packed, cost);
  int nan = 0;
  for (int64_t j = 0; j < count; ++j) nan |= cost[j] != cost[j];
  for (int64_t j = 0; j < count && from + j <= i - w.below; ++j) cost[j] = NOWHERE;
  for (int64_t j = count; j-- > 0 && from + j >= i + w.above;) cost[j] = NOWHERE;
  return nan != 0;
}

template <class X>
SPECTRO_INLINE X weighted(const WarpingStep& s, X cost) {
  return rounded(s.factor * cost) + s.constant;
}

// The best of the steps from rows above into the cells from column `at` on; of equal ones the first.
template <class X>
SPECTRO_INLINE void come_down(const WarpingJob& w, int64_t i, int64_t at, int64_t j, WarpingRow& row) {
  X least = X{} + NOWHERE, number = X{} - 1.0;
  for (const WarpingStep* s = w.step; s < w.step + w.steps; ++s) {
    if (s->rows == 0 || s->rows > i || s->columns > at) continue;
    const X sum =
        cells<X>(w.total + (i - s->rows) * w.columns + at - s->columns) + weighted(*s, cells<X>(row.cost + j));
    number = sum < least ? X{} + s->number : number;
    least = sum < least ? sum : least;
  }
  put(row.best + j, least);
  put(row.number + j, number);
}

void start(const WarpingJob& w, int64_t from, int64_t count, WarpingRow& row) {
  for (int64_t j = 0; j < count; ++j) {
    row.best[j] = w.anywhere || from + j == 0 ? row.cost[j] : NOWHERE;
    row.number[j] = -1;
  }
}

// Totals along a row, each of which waits for the one before: by single columns, or by any steps.
void walk(const WarpingStep& s, int64_t from, int64_t count, WarpingRow& row, double* total) {
  for (int64_t j = 0; j < WARPING_COLUMNS; j += GROUP) put(row.rise + j, weighted(s, cells<Cells>(row.cost + j)));
  double last = from > 0 ? total[from - 1] : NOWHERE;
  double* __restrict here = total + from;
  for (int64_t j = 0; j < count; ++j) {
    const double sum = last + row.rise[j], best = row.best[j];
    here[j] = last = sum < best ? sum : best;  // of two constants: one instruction
  }
}

void leap(const WarpingJob& w, int64_t from, int64_t count, const WarpingRow& row, double* total) {
  for (int64_t j = 0; j < count; ++j) {
    double best = row.best[j];
    for (const WarpingStep* s = w.step; s < w.step + w.steps; ++s) {
      if (s->rows > 0 || s->columns > from + j) continue;
      const double sum = total[from + j - s->columns] + weighted(*s, row.cost[j]);
      best = sum < best ? sum : best;
    }
    total[from + j] = best;
  }
}

// Notes where it was this step along the row that led to the total.
template <class X>
SPECTRO_INLINE void note(const WarpingStep& s, const double* before, int64_t j, WarpingRow& row) {
  const X sum = cells<X>(before) + weighted(s, cells<X>(row.cost + j));
  const X best = cells<X>(row.best + j), number = cells<X>(row.number + j);
  const auto takes = (sum < best) | ((sum == best) & (number > s.number));
  put(row.number + j, takes ? X{} + s.number : number);
  put(row.best + j, takes ? sum : best);
}

void go_along(const WarpingJob& w, int64_t from, int64_t count, WarpingRow& row, double* total) {
  const WarpingStep* one = nullptr;
  int along = 0;
  for (const WarpingStep* s = w.step; s < w.step + w.steps; ++s)
    if (s->rows == 0) one = s, ++along;
  if (along == 0)
    __builtin_memcpy(total + from, row.best, size_t(count) * sizeof(double));
  else if (along == 1 && one->columns == 1)
    walk(*one, from, count, row, total);
  else
    leap(w, from, count, row, total);
  for (const WarpingStep* s = w.step; s < w.step + w.steps; ++s) {
    if (s->rows > 0) continue;
    int64_t j = s->columns > from ? s->columns - from : 0;
    const double* before = total + from - s->columns;
    for (; j + GROUP <= count; j += GROUP) note<Cells>(*s, before + j, j, row);
    for (; j < count; ++j) note<double>(*s, before + j, j, row);
  }
}

void warp_row(const WarpingJob& w, int64_t i, int64_t from, int64_t count, WarpingRow& row) {
  int64_t j = 0, reach = 0;
  for (const WarpingStep* s = w.step; s < w.step + w.steps; ++s) reach = s->columns > reach ? s->columns : reach;
  if (i == 0) start(w, from, j = count, row);
  for (; j < count && from + j < reach; ++j) come_down<double>(w, i, from + j, j, row);
  for (; j + GROUP <= count; j += GROUP) come_down<Cells>(w, i, from + j, j, row);
  for (; j < count; ++j) come_down<double>(w, i, from + j, j, row);
  go_along(w, from, count, row, w.total + i * w.columns);
  int32_t* chosen = w.chosen + i * w.columns + from;
  for (j = 0; j < count; ++j) chosen[j] = int32_t(row.number[j] < 0 ? 0 : row.number[j]);
}

int64_t warping_scratch(const WarpingJob& w) {
  return int64_t(2 * (sizeof(WarpingRow) / sizeof(double) + size_t(w.features * WARPING_COLUMNS)));
}

// Some rows of WARPING_COLUMNS columns, after all that lies before them; gives whether a cost is NaN.
bool warp(const WarpingJob& w, int64_t first, int64_t last, int64_t from, float* scratch) {
  WarpingRow& row = *reinterpret_cast<WarpingRow*>(scratch);
  double* packed = reinterpret_cast<double*>(scratch) + sizeof(WarpingRow) / sizeof(double);
  const int64_t count = w.columns - from < WARPING_COLUMNS ? w.columns - from : WARPING_COLUMNS;
  for (int64_t k = 0; k < w.features; ++k)
    for (int64_t j = 0; j < WARPING_COLUMNS; ++j)
      packed[k * WARPING_COLUMNS + j] = j < count ? w.right[k * w.columns + from + j] : 0;
  bool nan = false;
  for (int64_t i = first; i < last; ++i) {
    nan |= costs_of_row(w, i, from, count, packed, row.cost);
    warp_row(w, i, from, count, row);
  }
  return nan;
}

// The best way into cells of an alignment: over (1, 1), (1, 2) or (2, 1), in this order.
template <class X>
SPECTRO_INLINE void align_cells(const RecurrenceJob& r, int64_t i, int64_t j, double* chosen) {
  const int64_t at = i * r.columns + j;
  const int64_t from[] = {at - r.columns - 1, at - r.columns - 2, at - 2 * r.columns - 1};
  const bool possible[] = {true, r.knight && j > 1, r.knight && i > 1};
  const X here = cells<X>(r.similarity + at);
  X best = X{} - NOWHERE, number = X{} - 1.0;
  for (int k = 0; k < 3; ++k) {
    if (!possible[k]) continue;
    const X before = cells<X>(r.score + from[k]);
    const X gap = cells<X>(r.similarity + from[k]) > 0.0 ? X{} + r.onset : X{} + r.extend;
    const X score = here > 0.0 ? before : before - gap;
    number = score > best ? X{} + double(k) : number;
    best = score > best ? score : best;
  }
  number = ((here > 0.0) | (best > 0.0)) ? number : X{} - 1.0;
  best = here > 0.0 ? best + here : best > 0.0 ? best : X{};
  put(r.score + at, best);
  put(chosen, number);
}

// Row i of the scores, after those above.
void align(const RecurrenceJob& r, int64_t i) {
  double number[GROUP];
  for (int64_t j = 0; j < r.columns;) {
    const int64_t at = i * r.columns + j;
    const bool edge = i == 0 || j == 0;
    const int64_t count = edge || j < 2 || j + GROUP > r.columns ? 1 : GROUP;
    if (edge) {
      r.score[at] = r.similarity[at];
      number[0] = -1;
    } else if (count == 1) {
      align_cells<double>(r, i, j, number);
    } else {
      align_cells<Cells>(r, i, j, number);
    }
    for (int64_t l = 0; l < count; ++l) r.chosen[at + l] = int8_t(number[l]);
    for (int64_t l = 0; l < count && r.single; ++l) r.score[at + l] = double(float(r.score[at + l]));
    j += count;
  }
}

}  // namespace
