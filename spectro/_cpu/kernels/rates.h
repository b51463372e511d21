// Halved and doubled sampling rates.
//
// With h[j] the weights of a symmetric filter at distance j, and samples split into even and odd ones, e[i] = y[2i] and
// o[i] = y[2i + 1],
//
//   halved    out[i]      = h[0] e[i] + sum_k h[2k] (e[i - k] + e[i + k]) + sum_k h[2k + 1] (o[i - 1 - k] + o[i + k])
//   doubled   out[2i]     = h[0] x[i] + sum_k h[2k] (x[i - k] + x[i + k])
//             out[2i + 1] = sum_k h[2k + 1] (x[i - k] + x[i + 1 + k])
#pragma once

#include "kernels/blocks.h"

namespace {

using spectro::RateJob;

constexpr int TILE = 4;  // vectors that are summed at once: as many sums in flight as hide the latency of one

int64_t tiled(int64_t n) { return (n + TILE * W - 1) / (TILE * W) * (TILE * W); }
int64_t rate_margin(const RateJob& r) { return at_least(r.evens, r.odds) + 1; }
int64_t rate_floats(const RateJob& r, int64_t count) { return tiled(count) + 2 * rate_margin(r); }

// sum[i] += weight[k] (x[i - left - k] + x[i + right + k]) over k.
SPECTRO_INLINE void add_pairs(const float* x, int64_t left, int64_t right, const float* weight, int64_t count,
                              V (&sum)[TILE]) {
  for (int64_t k = 0; k < count; ++k) {
    const V w = splat(weight[k]);
    const float *a = x - left - k, *b = x + right + k;
#pragma GCC unroll 4
    for (int j = 0; j < TILE; ++j) sum[j] += w * (load(a + j * W) + load(b + j * W));
  }
}

SPECTRO_INLINE void even_sums(const RateJob& r, const float* x, V (&sum)[TILE]) {
#pragma GCC unroll 4
  for (int j = 0; j < TILE; ++j) sum[j] = load(x + j * W) * r.even[0];
  add_pairs(x, 1, 1, r.even + 1, r.evens - 1, sum);
}

// Samples first, first + step, ... of a row, zeros where it has none.
void gather(const RateJob& r, int64_t first, int64_t step, int64_t count, float* out) {
  const int64_t begin = at_most(first < 0 ? (-first + step - 1) / step : 0, count);
  const int64_t end = at_least(begin, at_most(count, first < r.n ? (r.n - 1 - first) / step + 1 : 0));
  for (int64_t i = 0; i < begin; ++i) out[i] = 0;
  for (int64_t i = begin; i < end; ++i) out[i] = r.in[first + i * step];
  for (int64_t i = end; i < count; ++i) out[i] = 0;
}

int64_t halved_scratch(const RateJob& r, int64_t count) { return 2 * rate_floats(r, count) + TILE * W; }

void halved(const RateJob& r, int64_t from, int64_t to, float* scratch) {
  const int64_t margin = rate_margin(r), floats = rate_floats(r, to - from);
  float *even = scratch, *odd = even + floats, *last = odd + floats;
  gather(r, 2 * (from - margin), 2, floats, even);
  gather(r, 2 * (from - margin) + 1, 2, floats, odd);
  for (int64_t i = from; i < to; i += TILE * W) {
    V sum[TILE];
    even_sums(r, even + margin + (i - from), sum);
    add_pairs(odd + margin + (i - from), 1, 0, r.odd, r.odds, sum);
    float* out = i + TILE * W <= to ? r.out + i : last;
#pragma GCC unroll 4
    for (int j = 0; j < TILE; ++j) store(out + j * W, sum[j]);
    if (out == last)
      for (int64_t k = i; k < to; ++k) r.out[k] = last[k - i];
  }
}

int64_t doubled_scratch(const RateJob& r, int64_t count) { return rate_floats(r, count) + 2 * TILE * W; }

void doubled(const RateJob& r, int64_t from, int64_t to, float* scratch) {
  const int64_t margin = rate_margin(r), floats = rate_floats(r, to - from);
  float *x = scratch, *even = x + floats, *odd = even + TILE * W;
  gather(r, from - margin, 1, floats, x);
  for (int64_t i = from; i < to; i += TILE * W) {
    V sum[TILE], between[TILE] = {};
    even_sums(r, x + margin + (i - from), sum);
    add_pairs(x + margin + (i - from), 0, 1, r.odd, r.odds, between);
#pragma GCC unroll 4
    for (int j = 0; j < TILE; ++j) {
      store(even + j * W, sum[j]);
      store(odd + j * W, between[j]);
    }
    const int64_t pairs = at_most(at_most(TILE * W, to - i), r.length / 2 - i);
    for (int64_t k = 0; k < pairs; ++k) {
      r.out[2 * (i + k)] = even[k];
      r.out[2 * (i + k) + 1] = odd[k];
    }
    if (r.length % 2 && pairs < at_most(TILE * W, to - i)) r.out[r.length - 1] = even[pairs];
  }
}

}  // namespace
