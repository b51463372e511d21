// What is kept of magnitudes, bin by bin in rows of W frames: sums, and order statistics.
//
// Sums go in runs: in float32 a thousand bins one after the other lose more than the bins themselves hold.
#pragma once

#include <math.h>

#include "kernels/blocks.h"
#include "kernels/power.h"

namespace {

using spectro::Bands;
using spectro::Reduce;
using spectro::Reduction;
using spectro::Reductions;

constexpr int64_t SUMMED = 32;  // bins of a run

SPECTRO_INLINE V smaller(V a, V b) { return a < b ? a : b; }

// The sum of term(k) over bins 0 .. bins - 1.
template <class Term>
SPECTRO_INLINE V sum_of(int64_t bins, Term term) {
  V total = V{};
  for (int64_t from = 0; from < bins; from += SUMMED) {
    const int64_t to = at_most(from + SUMMED, bins);
    V run = V{};
    for (int64_t k = from; k < to; ++k) run += term(k);
    total += run;
  }
  return total;
}

SPECTRO_INLINE V divisor(V total) { return total < SMALLEST ? splat(1) : total; }

SPECTRO_INLINE V band_sum(const Bands& b, int64_t m, const V* rows) {
  const float* w = b.weight + b.offset[m];
  const V* x = rows + b.start[m];
  V even = V{}, odd = V{};
  int k = 0;
  for (; k + 1 < b.length[m]; k += 2) {
    even += x[k] * w[k];
    odd += x[k + 1] * w[k + 1];
  }
  if (k < b.length[m]) even += x[k] * w[k];
  return even + odd;
}

V centroid(const float* hertz, int64_t bins, const V* S) {
  const V total = sum_of(bins, [&](int64_t k) { return S[k]; });
  return sum_of(bins, [&](int64_t k) { return S[k] * hertz[k]; }) / divisor(total);
}

// x ** y of x >= 0, and 0 at 0.
V raised(V x, float y) {
  if (y == 1) return x;
  if (y == 0.5f) return square_root(x);
  for (int l = 0; l < W; ++l) x[l] = x[l] > 0 ? powf(x[l], y) : 0;
  return x;
}

V bandwidth(const Reduction& r, const float* hertz, int64_t bins, const V* S) {
  const V c = centroid(hertz, bins, S), total = sum_of(bins, [&](int64_t k) { return S[k]; });
  const V square = sum_of(bins, [&](int64_t k) {
    const V d = hertz[k] - c;
    return S[k] * (r.power == 2 ? d * d : root_power(d * d, r.power));
  });
  return raised(r.flag ? square / divisor(total) : square, 1 / r.power);
}

// A sum in two floats: what the first loses, the second keeps.
struct Exact {
  V high = V{}, low = V{};

  SPECTRO_INLINE void add(V x) {
    const V sum = high + x, part = sum - high;
    low += (high - (sum - part)) + (x - part);
    high = sum;
  }
};

// The first bin decides, so that sums are kept to more than float32.
V rolloff(const Reduction& r, const float* hertz, int64_t bins, const V* S) {
  Exact all, so_far;
  for (int64_t k = 0; k < bins; ++k) all.add(S[k]);
  V lowest = splat(__builtin_inff());
  const V part = all.high * r.power;
  V rest;
  for (int l = 0; l < W; ++l)
    rest[l] = float((double(all.high[l]) + double(all.low[l])) * double(r.power) - double(part[l]));
  for (int64_t k = 0; k < bins; ++k) {
    so_far.add(S[k]);
    const V over = (so_far.high - part) + (so_far.low - rest);
    lowest = over >= 0 ? smaller(lowest, splat(hertz[k])) : lowest;
  }
  return lowest;
}

// ln of positive normal numbers as e ln 2 + fraction.
SPECTRO_INLINE V ln_parts(V x, VI& e) {
  const VI shifted = (VI)x - 0x3f3504f3;  // sqrt(1/2): the mantissa lands in [sqrt(1/2), sqrt(2))
  e += shifted >> 23;
  const V f = (V)((shifted & 0x007fffff) + 0x3f3504f3) - 1.0f;
  const V s = f / (f + 2.0f), q = s * s;  // ln(1 + f) = 2 atanh(s)
  return 2.0f * s + s * (q * (0.66666666666f + q * (0.4f + q * (0.28571428571f + q * 0.23f))));
}

// Exponents are whole numbers: their sum is exact.
V flatness(const Reduction& r, int64_t bins, const V* S) {
  VI exponents = VI{};
  V sum = V{}, fractions = V{};
  for (int64_t from = 0; from < bins; from += SUMMED) {
    V run = V{}, part = V{};
    for (int64_t k = from; k < at_most(from + SUMMED, bins); ++k) {
      const V square = S[k] * S[k];
      const V power = larger(r.power == 2 ? square : root_power(square, r.power), splat(r.floor));
      run += power;
      part += ln_parts(power, exponents);
    }
    sum += run;
    fractions += part;
  }
  V out;
  for (int l = 0; l < W; ++l) {
    const double mean_ln = (exponents[l] * 0.693147180559945309417 + double(fractions[l])) / double(bins);
    out[l] = float(exp(mean_ln) * double(bins) / double(sum[l]));
  }
  return out;
}

V energy(const Reduction& r, int64_t bins, const V* S) {
  V sum = sum_of(bins, [&](int64_t k) { return S[k] * S[k]; }) - S[0] * S[0] * 0.5f;
  if (r.flag) sum -= S[bins - 1] * S[bins - 1] * 0.5f;
  return square_root(sum) * r.power;
}

SPECTRO_INLINE void order(V& a, V& b) {
  const V low = smaller(b, a), high = larger(a, b);
  a = low;
  b = high;
}

// Batcher's merge exchange (Knuth, volume 3, 5.2.2 M): each lane's n values in rising order, without a branch.
void sort_rows(V* x, int64_t n) {
  const int64_t top = spectro::power_of_two(n) / 2;
  for (int64_t p = top; p > 0; p /= 2) {
    for (int64_t q = top, r = 0, d = p;; d = q - p, q /= 2, r = p) {
      for (int64_t from = r; from < n - d; from += 2 * p)
        for (int64_t i = from, to = at_most(from + p, n - d); i < to; ++i) order(x[i], x[i + d]);
      if (q == p) break;
    }
  }
}

// Sorts n rows, a power of two, that rise and then fall, or the other way round.
void sort_bitonic(V* x, int64_t n) {
  for (int64_t d = n / 2; d > 0; d /= 2)
    for (int64_t from = 0; from < n; from += 2 * d)
      for (int64_t i = from; i < from + d; ++i) order(x[i], x[i + d]);
}

// The `kept` smallest and the `kept` largest of each lane's n values, in rising order: chunks of so many are sorted,
// and the better half of each and of the best so far is merged. `kept` is a power of two; `low` has room for three
// times it.
void extremes(const V* x, int64_t n, int64_t kept, V* low) {
  V *high = low + kept, *chunk = high + kept;
  const int64_t first = n % kept;
  for (int64_t k = 0; k < kept; ++k) {
    low[k] = k < first ? x[k] : splat(__builtin_inff());
    high[k] = k < first ? x[k] : splat(-__builtin_inff());
  }
  sort_rows(low, kept);
  sort_rows(high, kept);
  for (int64_t from = first; from < n; from += kept) {
    for (int64_t k = 0; k < kept; ++k) chunk[k] = x[from + k];
    sort_rows(chunk, kept);
    for (int64_t k = 0; k < kept; ++k) {
      low[k] = smaller(low[k], chunk[kept - 1 - k]);
      high[k] = larger(high[k], chunk[kept - 1 - k]);
    }
    sort_bitonic(low, kept);
    sort_bitonic(high, kept);
  }
}

// Valleys and peaks of bands.
void contrast(const Reduction& r, const V* S, V* work, V* out) {
  for (int64_t b = 0; b < r.cuts; ++b) {
    const int start = r.cut[3 * b], size = r.cut[3 * b + 1] - start, count = r.cut[3 * b + 2];
    const int64_t kept = spectro::power_of_two(count);
    extremes(S + start, size, kept, work);
    out[b] = sum_of(count, [&](int64_t k) { return work[k]; }) / float(count);
    out[r.cuts + b] = sum_of(count, [&](int64_t k) { return work[2 * kept - count + k]; }) / float(count);
  }
}

// All reductions of magnitudes S (bins rows) into r.width rows.
void reduce(const Reductions& r, int64_t bins, const V* S, V* work, V* out) {
  for (int64_t i = 0; i < r.count; ++i) {
    const Reduction& one = r.list[i];
    V* to = out + one.column;
    switch (one.kind) {
      case Reduce::centroid: *to = centroid(r.hertz, bins, S); break;
      case Reduce::bandwidth: *to = bandwidth(one, r.hertz, bins, S); break;
      case Reduce::rolloff: *to = rolloff(one, r.hertz, bins, S); break;
      case Reduce::flatness: *to = flatness(one, bins, S); break;
      case Reduce::energy: *to = energy(one, bins, S); break;
      case Reduce::contrast: contrast(one, S, work, to); break;
      case Reduce::weighted:
        for (int64_t m = 0; m < one.bands.count; ++m) to[m] = band_sum(one.bands, m, S);
    }
  }
}

}  // namespace
