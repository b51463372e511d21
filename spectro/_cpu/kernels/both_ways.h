// Energies of the bands of a bank of recursive filters, each forwards and then backwards, filters across SIMD lanes.
#pragma once

#include "kernels/simd.h"

namespace {

constexpr int FILTERS = W / 2;  // side by side
typedef float VH __attribute__((vector_size(4 * FILTERS), aligned(4), may_alias));

constexpr int MOST_STATES = 32;  // sections times their order

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

// Sums of squares (n, FILTERS) over the samples of each frame.
void energies(const spectro::BothWaysJob& job, const float* squares) {
  for (int64_t t = 0; t < job.frames; ++t) {
    const int64_t stop = job.start[t] + job.width < job.n ? job.start[t] + job.width : job.n;
    VD sum{};
    for (int64_t i = job.start[t]; i < stop; ++i)
      sum += __builtin_convertvector(*reinterpret_cast<const VH*>(squares + i * FILTERS), VD);
    for (int l = 0; l < job.filters; ++l) job.out[l * job.frames + t] = float(sum[l]);
  }
}

template <int Sections, int Order>
void both_ways_run(const spectro::BothWaysJob& job, float* scratch) {
  const int64_t total = job.n + 2 * job.edge;
  Cascade<Sections, Order> cascade{job, {}};
  cascade.settle(VD{} + mirrored(job.x, job.n, -job.edge));
  VD y{};
  for (int64_t i = 0; i < total; ++i) {
    y = cascade.step(VD{} + mirrored(job.x, job.n, i - job.edge));
    *reinterpret_cast<VH*>(scratch + i * FILTERS) = __builtin_convertvector(y, VH);
  }
  cascade.settle(y);
  for (int64_t i = total - 1; i >= job.edge; --i) {
    VH& kept = *reinterpret_cast<VH*>(scratch + i * FILTERS);
    const VD back = cascade.step(__builtin_convertvector(kept, VD));
    kept = __builtin_convertvector(back * back, VH);
  }
  energies(job, scratch + job.edge * FILTERS);
}

int64_t both_ways_scratch(const spectro::BothWaysJob& job) { return (job.n + 2 * job.edge) * FILTERS; }

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
