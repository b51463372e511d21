// Energy and zero crossings of frames of samples.
#pragma once

#include "kernels/blocks.h"
#include "kernels/power.h"

namespace {

using spectro::FramewiseJob;

int64_t framewise_scratch(const FramewiseJob& f) { return whole_vectors(f.n + W); }

SPECTRO_INLINE float lanes_sum(V x) {
  float sum = 0;
  for (int l = 0; l < W; ++l) sum += x[l];
  return sum;
}

float root_mean_square(const float* x, int64_t n) {
  V a = V{}, b = V{};
  int64_t i = 0;
  for (; i + 2 * W <= n; i += 2 * W) {
    const V u = load(x + i), v = load(x + i + W);
    a += u * u;
    b += v * v;
  }
  float rest = 0;
  for (; i < n; ++i) rest += x[i] * x[i];
  return __builtin_sqrtf((lanes_sum(a + b) + rest) / float(n));
}

// The sign of x as a comparison has it: negative or not, or -1, 0 and 1.
SPECTRO_INLINE VI sign_of(const FramewiseJob& f, V x) {
  const VI negative = x < -f.threshold;
  return f.zero_is_positive ? negative : negative - (x > f.threshold);
}

float crossings(const FramewiseJob& f, const float* x) {
  VI changes = VI{};
  int64_t i = 1;
  for (; i + W <= f.n; i += W) changes -= sign_of(f, load(x + i)) != sign_of(f, load(x + i - 1));
  int64_t count = f.counts_first;
  for (int l = 0; l < W; ++l) count += changes[l];
  for (; i < f.n; ++i) count += sign_of(f, splat(x[i]))[0] != sign_of(f, splat(x[i - 1]))[0];
  return float(count) / float(f.n);
}

// Frames from .. to - 1, of all rows one after the other.
void framewise(const FramewiseJob& f, int64_t from, int64_t to, float* scratch) {
  for (int64_t i = from; i < to; ++i) {
    const float* x = samples(f.signal, i / f.frames, i % f.frames * f.hop - f.signal.padding, f.n, f.n, scratch);
    f.out[i] = f.crossings ? crossings(f, x) : root_mean_square(x, f.n);
  }
}

}  // namespace
