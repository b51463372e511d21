// Decibels and spectral flux.
#pragma once

#include "kernels/blocks.h"
#include "kernels/power.h"

namespace {

using spectro::DecibelJob;
using spectro::FluxJob;

SPECTRO_INLINE V decibel(V x, const DecibelJob& d) {
  const V floored = x < d.amin ? splat(d.amin) : x;
  const V log = floored <= LARGEST ? log10_of(floored) : floored;  // infinity and NaN are their own logarithms
  return rounded(log * d.scale) - d.offset;
}

spectro::Range decibels(const DecibelJob& d) {
  V low = splat(__builtin_inff()), high = -low;
  int64_t i = 0;
  for (; i + W <= d.n; i += W) {
    const V y = decibel(load(d.in + i), d);
    low = y < low ? y : low;
    high = larger(y, high);  // NaN, once there is one
    store(d.out + i, y);
  }
  spectro::Range range{low[0], high[0]};
  for (int l = 1; l < W; ++l) {
    range.low = low[l] < range.low ? low[l] : range.low;
    range.high = spectro::larger_or_nan(high[l], range.high);
  }
  for (; i < d.n; ++i) {
    const float y = decibel(splat(d.in[i]), d)[0];
    range.low = y < range.low ? y : range.low;
    range.high = spectro::larger_or_nan(y, range.high);
    d.out[i] = y;
  }
  return range;
}

void raise(float* x, int64_t n, float floor) {
  int64_t i = 0;
  for (; i + W <= n; i += W) {
    const V y = load(x + i);
    store(x + i, y >= floor ? y : splat(floor));
  }
  for (; i < n; ++i) x[i] = x[i] >= floor ? x[i] : floor;
}

int64_t flux_scratch(const FluxJob& f) { return 2 * (f.bands + f.max_size + W) + W; }

// Running maximum over max_size neighbors, the ends mirrored (repeatedly, for a row shorter than that).
const float* maximum_filter(const FluxJob& f, const float* x, float* scratch) {
  const int64_t m = f.bands, before = f.max_size / 2, total = m + f.max_size, period = 2 * m;
  float *mirrored = scratch, *out = scratch + total + W;
  for (int64_t i = 0; i < total; ++i) {
    const int64_t at = (((i - before) % period) + period) % period;
    mirrored[i] = x[at < m ? at : period - 1 - at];
  }
  for (int64_t i = 0; i < m; i += W) {
    V y = load(mirrored + i);
    for (int64_t j = 1; j < f.max_size; ++j) y = larger(load(mirrored + i + j), y);
    store(out + i, y);
  }
  return out;
}

// Frames first .. last - 1 of one row's output.
void flux(const FluxJob& f, int64_t row, int64_t first, int64_t last, float* scratch) {
  const int64_t m = f.bands, steps = f.frames - f.lag;
  const float* S = f.S + row * f.frames * m;
  const float* base = f.reference ? f.reference + row * f.frames * m : S;
  for (int64_t t = first; t < last; ++t) {
    const float *now = S + (t + f.lag) * m, *then = base + t * m;
    if (!f.reference && f.max_size > 1) then = maximum_filter(f, then, scratch);
    float* out = f.mean ? nullptr : f.out + (row * steps + t) * m;
    V sum = V{};
    float total = 0;
    int64_t i = 0;
    for (; i + W <= m; i += W) {
      V rise = load(now + i) - load(then + i);
      rise = rise < 0 ? V{} : rise;
      sum += rise;
      if (out) store(out + i, rise);
    }
    for (; i < m; ++i) {
      const float rise = now[i] - then[i] < 0 ? 0 : now[i] - then[i];
      total += rise;
      if (out) out[i] = rise;
    }
    for (int l = 0; l < W; ++l) total += sum[l];
    if (f.mean) f.out[row * steps + t] = total / float(m);
  }
}

// Frames first .. last - 1 of the output, band after band; sums in the order of `flux`, whose lanes are bands.
void flux_across(const spectro::FluxAcrossJob& f, int64_t first, int64_t last, float* scratch) {
  const int64_t n = last - first, in_lanes = f.bands / W * W;
  if (f.mean)
    for (int64_t i = 0; i < (W + 1) * n; ++i) scratch[i] = 0;
  for (int64_t k = 0; k < f.bands; ++k) {
    const float* now = f.S + k * f.pitch + f.lag + first;
    const float* then = f.reference + k * f.reference_pitch + first;
    float* to = f.mean ? scratch + (k < in_lanes ? k % W : W) * n : f.out + k * f.steps + first;
    int64_t i = 0;
    for (; i + W <= n; i += W) {
      V rise = load(now + i) - load(then + i);
      rise = rise < 0 ? V{} : rise;
      store(to + i, f.mean ? load(to + i) + rise : rise);
    }
    for (; i < n; ++i) {
      const float rise = now[i] - then[i] < 0 ? 0 : now[i] - then[i];
      to[i] = f.mean ? to[i] + rise : rise;
    }
  }
  if (!f.mean) return;
  for (int64_t i = 0; i < n; ++i) {
    float total = scratch[W * n + i];
    for (int l = 0; l < W; ++l) total += scratch[l * n + i];
    f.out[first + i] = total / float(f.bands);
  }
}

}  // namespace
