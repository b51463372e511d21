// Energies of the bands of a bank of recursive filters, each forwards and then backwards, filters across SIMD lanes.
#pragma once

#include <algorithm>

#include "kernels/simd.h"

namespace {

constexpr int FILTERS = W / 2;  // side by side
typedef float VH __attribute__((vector_size(4 * FILTERS), aligned(4), may_alias));

constexpr int64_t BOTH_WAYS_PIECE = 1 << 17;  // samples at least
constexpr int MOST_STATES = 32;               // sections times their order

// Sections one after the other, each in the transposed direct form II.
template <int Sections, int Order>
struct Cascade {
  const spectro::BothWaysJob& job;
  VD state[Sections ? Sections * Order : MOST_STATES];

  SPECTRO_INLINE int sections() const { return Sections ? Sections : job.sections; }
  SPECTRO_INLINE int order() const { return Order ? Order : job.order; }
  SPECTRO_INLINE VD at(const double* p, int i) const { return *reinterpret_cast<const VDU*>(p + i * FILTERS); }

  // The state in which a constant input has gone on for ever.
  void settle(VD x) {
    for (int i = 0; i < sections() * order(); ++i) state[i] = at(job.settled, i) * x;
  }

  SPECTRO_INLINE VD step(VD x) {
    const int m = order();
    for (int s = 0; s < sections(); ++s) {
      const double* b = job.coefficients + s * (2 * m + 1) * FILTERS;
      VD* z = state + s * m;
      const VD y = z[0] + term(at(b, 0), x);
      for (int i = 1; i <= m; ++i) {
        const VD left = i < m ? z[i] : VD{};
        z[i - 1] = (left + term(at(b, i), x)) - term(at(b, m + i), y);
      }
      x = y;
    }
    return x;
  }

  static SPECTRO_INLINE VD term(VD a, VD b) { return Order == 2 ? a * b : rounded(a * b); }
};

// x mirrored oddly about its ends, `edge` samples beyond each: x[i] for i in -edge .. n + edge.
SPECTRO_INLINE double mirrored(const float* x, int64_t n, int64_t i) {
  if (i < 0) return 2.0 * double(x[0]) - double(x[-i]);
  return i < n ? double(x[i]) : 2.0 * double(x[n - 1]) - double(x[2 * (n - 1) - i]);
}

// Samples of a piece, so many that what is filtered twice behind it counts little.
SPECTRO_INLINE int64_t piece_of(const spectro::BothWaysJob& job) {
  return std::max(BOTH_WAYS_PIECE, 8 * (job.settling + job.width));
}

// Sums over the samples of frames first .. last - 1 of squares (.., FILTERS), which begin at a sample.
void energies(const spectro::BothWaysJob& job, int64_t first, int64_t last, const float* squares, int64_t begin) {
  for (int64_t t = first; t < last; ++t) {
    const int64_t stop = job.start[t] + job.width < job.n ? job.start[t] + job.width : job.n;
    VD sum{};
    for (int64_t i = job.start[t]; i < stop; ++i)
      sum += __builtin_convertvector(*reinterpret_cast<const VH*>(squares + (i - begin) * FILTERS), VD);
    for (int l = 0; l < job.filters; ++l) job.out[l * job.frames + t] = float(sum[l]);
  }
}

// Filters samples from .. to - 1, of which it keeps the results; gives the last one.
template <int Sections, int Order>
VD forwards(const spectro::BothWaysJob& job, Cascade<Sections, Order>& cascade, int64_t from, int64_t to, float* out) {
  VD y{};
  for (int64_t i = from; i < to; ++i, out += FILTERS) {
    y = cascade.step(VD{} + mirrored(job.x, job.n, i));
    *reinterpret_cast<VH*>(out) = __builtin_convertvector(y, VH);
  }
  return y;
}

// Some frames after the others. The filter that goes back begins where the signal ends, or so far behind a piece that
// what it began with is forgotten.
template <int Sections, int Order>
void both_ways_run(const spectro::BothWaysJob& job, float* scratch) {
  const int64_t end = job.n + job.edge;
  Cascade<Sections, Order> forth{job, {}};
  forth.settle(VD{} + mirrored(job.x, job.n, -job.edge));
  int64_t at = -job.edge;  // where it is
  for (int64_t t = 0, last; t < job.frames; t = last) {
    const int64_t begin = std::min(job.start[t], job.n), most = begin + piece_of(job);
    for (last = t + 1; last < job.frames && job.start[last] < most;) ++last;
    for (; at < begin; ++at) forth.step(VD{} + mirrored(job.x, job.n, at));
    const int64_t room = piece_of(job) + job.width + job.settling,
                  needed = job.start[last - 1] + job.width + job.settling;
    const int64_t behind = last == job.frames && end - begin <= room ? end : std::min(end, needed);
    const int64_t next = last < job.frames ? std::min(behind, job.start[last]) : behind;
    VD y = forwards(job, forth, begin, next, scratch);
    at = next;
    Cascade<Sections, Order> back = forth;
    if (next < behind) y = forwards(job, back, next, behind, scratch + (next - begin) * FILTERS);
    back.settle(y);
    for (int64_t i = behind - 1; i >= begin; --i) {
      VH& kept = *reinterpret_cast<VH*>(scratch + (i - begin) * FILTERS);
      const VD squared = back.step(__builtin_convertvector(kept, VD));
      kept = __builtin_convertvector(squared * squared, VH);
    }
    energies(job, t, last, scratch, begin);
  }
}

int64_t both_ways_scratch(const spectro::BothWaysJob& job) {
  return std::min(job.n + job.edge, piece_of(job) + job.width + job.settling) * FILTERS;
}

void both_ways(const spectro::BothWaysJob& job, float* scratch) {
  if (job.sections == 4 && job.order == 2)
    both_ways_run<4, 2>(job, scratch);  // elliptic band-pass filters of the default bank
  else if (job.sections == 1 && job.order == 8)
    both_ways_run<1, 8>(job, scratch);
  else if (job.order == 2)
    both_ways_run<0, 2>(job, scratch);
  else
    both_ways_run<0, 0>(job, scratch);
}

}  // namespace
