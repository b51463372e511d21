// A recursive filter of first order.
#pragma once

#include "kernels/simd.h"

namespace {

// One row from its second value on, without a pole: the products are rounded as they are where a state holds them.
void difference(const spectro::FirstOrderJob& f) {
  const float *x = f.in, gain = float(f.gain), zero = float(f.zero);
  int64_t i = 1;
  for (; f.stride == 1 && i + W <= f.n; i += W)
    store(f.out + i, rounded(gain * load(x + i)) + rounded(zero * load(x + i - 1)));
  for (; i < f.n; ++i)
    f.out[i] = (rounded(splat(gain * x[i * f.stride])) + rounded(splat(zero * x[(i - 1) * f.stride])))[0];
}

// One row; a recursion is in double precision, which costs it nothing: each step waits for the one before.
void first_order(const spectro::FirstOrderJob& f) {
  const float* x = f.in;
  float* __restrict y = f.out;
  double last = f.gain * x[0] + f.state, before = x[0];
  y[0] = float(last);
  if (f.pole == 0) return difference(f);
  for (int64_t i = 1; i < f.n; ++i) {
    const double now = x[i * f.stride];
    last = f.pole * last + (f.gain * now + f.zero * before);
    before = now;
    y[i] = float(last);
  }
}

}  // namespace
