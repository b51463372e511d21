// Complex FFT of W signals at once: row k holds the k-th value of every signal, so no butterfly shuffles lanes.
#pragma once

#include "kernels/butterflies.h"
#include "kernels/jobs.h"

namespace {

using spectro::FftPlan;

template <int R, bool Twiddle>
SPECTRO_INLINE void step(V* z, int64_t m, const float* twiddle) {
  C x[R];
#pragma GCC unroll 16
  for (int j = 0; j < R; ++j) x[j] = {z[2 * j * m], z[2 * j * m + 1]};
  butterfly<R>(x);
#pragma GCC unroll 16
  for (int j = 0; j < R; ++j) {
    if (Twiddle && j > 0) x[j] = times(x[j], twiddle[2 * j - 2], twiddle[2 * j - 1]);
    z[2 * j * m] = x[j].r;
    z[2 * j * m + 1] = x[j].i;
  }
}

// One level of `count` consecutive transforms of R * m rows each.
template <int R>
void level(V* z, int64_t count, int64_t m, const float* twiddle) {
  if (m == 1) {
    for (int64_t b = 0; b < count; ++b) step<R, false>(z + 2 * R * b, 1, nullptr);
    return;
  }
  for (int64_t b = 0; b < count; ++b)
    for (int64_t k = 0; k < m; ++k) step<R, true>(z + 2 * (R * m * b + k), m, twiddle + 2 * (R - 1) * k);
}

void run_level(const FftPlan& p, int l, V* z, int64_t count, int64_t m) {
  switch (p.radix[l]) {
    case 2: return level<2>(z, count, m, p.twiddle[l]);
    case 3: return level<3>(z, count, m, p.twiddle[l]);
    case 4: return level<4>(z, count, m, p.twiddle[l]);
    case 5: return level<5>(z, count, m, p.twiddle[l]);
    case 7: return level<7>(z, count, m, p.twiddle[l]);
    case 8: return level<8>(z, count, m, p.twiddle[l]);
    case 11: return level<11>(z, count, m, p.twiddle[l]);
    case 13: return level<13>(z, count, m, p.twiddle[l]);
  }
}

constexpr int64_t L1_BYTES = 1 << 15;  // the first cache of the two AMD cores it was tuned on, Linux, 2026-11
constexpr int64_t L1_ROWS = L1_BYTES / int64_t(2 * sizeof(V));

// Transforms n rows from level l on: depth first until a part fits the first cache, then breadth first.
void fft_from(const FftPlan& p, int l, V* z, int64_t n) {
  if (l == p.levels) return;
  if (n <= L1_ROWS) {
    for (int64_t count = 1; l < p.levels; count *= p.radix[l++]) run_level(p, l, z, count, n / count / p.radix[l]);
    return;
  }
  const int64_t m = n / p.radix[l];
  run_level(p, l, z, 1, m);
  for (int j = 0; j < p.radix[l]; ++j) fft_from(p, l + 1, z + 2 * j * m, m);
}

// Bluestein: a transform of any length as a convolution with a chirp. `z` has room for the longer FFT.
void chirp_fft(const FftPlan& p, V* z, V* work) {
  const FftPlan& q = *p.longer;
  for (int64_t k = 0; k < p.n; ++k) {
    C x = times({z[2 * k], z[2 * k + 1]}, p.chirp[2 * k], p.chirp[2 * k + 1]);
    work[2 * k] = x.r;
    work[2 * k + 1] = x.i;
  }
  for (int64_t k = 2 * p.n; k < 2 * q.n; ++k) work[k] = V{};
  fft_from(q, 0, work, q.n);
  for (int64_t k = 0; k < q.n; ++k) {  // multiply, put into natural order, swap parts: the next FFT is an inverse
    const int64_t row = q.row[k];
    C x = times({work[2 * row], work[2 * row + 1]}, p.filter[2 * k], p.filter[2 * k + 1]);
    z[2 * k] = x.i;
    z[2 * k + 1] = x.r;
  }
  fft_from(q, 0, z, q.n);
  for (int64_t k = 0; k < p.n; ++k) {
    const int64_t row = q.row[k];
    C x = times({z[2 * row + 1], z[2 * row]}, p.chirp[2 * k], p.chirp[2 * k + 1]);
    work[2 * k] = x.r;
    work[2 * k + 1] = x.i;
  }
  for (int64_t k = 0; k < 2 * p.n; ++k) z[k] = work[k];
}

// z[0 .. n) -> output k in z[row[k]].
void fft(const FftPlan& p, V* z, V* work) {
  if (p.longer) return chirp_fft(p, z, work);
  fft_from(p, 0, z, p.n);
}

int64_t fft_rows(const FftPlan& p) { return p.longer ? p.longer->n : p.n; }
int64_t work_rows(const FftPlan& p) { return p.longer ? p.longer->n : 0; }

}  // namespace
