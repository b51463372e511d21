// Soft masks of two estimates, and a spectrogram times them.
#pragma once

#include "kernels/power.h"

namespace {

using spectro::SeparationJob;

constexpr int64_t MASKS = 256;  // at a time

SPECTRO_INLINE V powered(V x, float power) {
  if (power == 1) return x;
  return power == 2 ? x * x : root_power(x, 2 * power);
}

// x^p / (x^p + rest^p), both scaled by the larger; NaN where one is infinite or NaN.
SPECTRO_INLINE V mask_of(V x, V rest, float power, float at_zero) {
  if (power > 3.402823466e38f) return x > rest ? splat(1) : splat(0);
  const V peak = larger(x, rest);
  const V a = powered(x / peak, power), b = powered(rest / peak, power), share = a / (a + b);
  return peak < 1.175494351e-38f ? splat(at_zero) : x == x && rest == rest ? share : x + rest;
}

void gather(const float* from, int64_t step, int64_t n, float* to) {
  if (step == 1) return void(__builtin_memcpy(to, from, size_t(n) * sizeof(float)));
  for (int64_t i = 0; i < n; ++i) to[i] = from[i * step];
}

void softmask(const spectro::SoftmaskJob& j) {
  alignas(64) float x[MASKS] = {}, rest[MASKS] = {};
  for (int64_t i = 0; i < j.n; i += MASKS) {
    const int64_t n = j.n - i < MASKS ? j.n - i : MASKS;
    gather(j.levels + i * j.step, j.step, n, x);
    gather(j.rest + i * j.rest_step, j.rest_step, n, rest);
    for (int64_t k = 0; k < n; k += W) store(x + k, mask_of(load(x + k), load(rest + k), j.power, j.at_zero));
    __builtin_memcpy(j.out + i, x, size_t(n) * sizeof(float));
  }
}

void masked(const SeparationJob& j, const float* S, const float* mask, float* out, int64_t n) {
  if (j.masks)
    for (int64_t i = 0; i < n; ++i) out[i] = mask[i];
  else if (!j.complex)
    for (int64_t i = 0; i < n; ++i) out[i] = S[i] * mask[i];
  else
    for (int64_t i = 0; i < n; ++i) {
      out[2 * i] = S[2 * i] * mask[i];
      out[2 * i + 1] = S[2 * i + 1] * mask[i];
    }
}

void separate(const SeparationJob& j, int64_t first, int64_t last) {
  const float at_zero = j.margin_harmonic == 1 && j.margin_percussive == 1 ? 0.5f : 0.0f;
  alignas(64) float h[MASKS] = {}, p[MASKS] = {};
  for (int64_t i = first; i < last; i += MASKS) {
    const int64_t n = last - i < MASKS ? last - i : MASKS, each = j.complex && !j.masks ? 2 : 1;
    __builtin_memcpy(h, j.harmonic + i, size_t(n) * sizeof(float));
    __builtin_memcpy(p, j.percussive + i, size_t(n) * sizeof(float));
    for (int64_t k = 0; k < n; k += W) {
      const V harmonic = load(h + k), percussive = load(p + k);
      store(h + k, mask_of(harmonic, j.margin_harmonic * percussive, j.power, at_zero));
      store(p + k, mask_of(percussive, j.margin_percussive * harmonic, j.power, at_zero));
    }
    masked(j, j.S + i * each, h, j.harmonic_out + i * each, n);
    masked(j, j.S + i * each, p, j.percussive_out + i * each, n);
  }
}

}  // namespace
