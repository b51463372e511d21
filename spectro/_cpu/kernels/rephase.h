// A magnitude with the phase of an estimate.
#pragma once

#include "kernels/simd.h"

namespace {

template <bool Moves>
void rephase_run(const spectro::RephaseJob& job) {
  const float* __restrict D = job.D, * __restrict earlier = job.earlier, * __restrict S = job.S;
  float* __restrict out = job.out;
  const float momentum = job.momentum;
  for (int64_t i = 0; i < job.n; ++i) {
    float re = D[2 * i], im = D[2 * i + 1];
    if (Moves) {
      re -= momentum * earlier[2 * i];
      im -= momentum * earlier[2 * i + 1];
    }
    const float a = __builtin_fabsf(re), b = __builtin_fabsf(im), larger = a > b ? a : b;
    // squares of what is left neither vanish nor overflow
    const float scale = larger >= SMALLEST_NORMAL ? 1.0f / larger : 0.0f;
    re *= scale;
    im *= scale;
    const float square = re * re + im * im, gain = S[i] / __builtin_sqrtf(square > 0.0f ? square : 1.0f);
    out[2 * i] = re * gain;
    out[2 * i + 1] = im * gain;
  }
}

void rephase(const spectro::RephaseJob& job) {
  if (job.earlier)
    rephase_run<true>(job);
  else
    rephase_run<false>(job);
}

}  // namespace
