// How much frames of samples differ from themselves some samples later, as YIN has it.
//
// A frame x of n samples, zero beyond them, and of energy 1, differs at a lag by
//
//   d[lag] = sum (x[j] - x[j + lag])^2 = 2 - sum_{j < lag} x[j]^2 - 2 sum x[j] x[j + lag]
//
// and what is given is d[lag] over the mean of d up to that lag. The last sum comes from an FFT: two frames are the
// parts of a complex one, so are their power spectra, and as these are even, a second FFT is an inverse one.
#pragma once

#include "kernels/blocks.h"
#include "kernels/fft.h"

namespace {

using spectro::PeriodsJob;

constexpr int PAIR = 2 * W;  // frames of a block

int64_t periods_pitch(const PeriodsJob& p) { return (p.n + W - 1) / W * W; }

int64_t periods_scratch(const PeriodsJob& p) {
  return W * (4 * fft_rows(*p.fft) + 2 * W + 2 * work_rows(*p.fft) + 2 * (p.last + 1)) + PAIR * periods_pitch(p);
}

float reciprocal_norm(const float* x, int64_t n) {
  double energy = 0;
  int64_t i = 0;
  for (; i + W <= n; i += W) {
    const V v = load(x + i), square = v * v;
    float sum = 0;
    for (int l = 0; l < W; ++l) sum += square[l];
    energy += sum;
  }
  for (; i < n; ++i) energy += x[i] * x[i];
  return energy > 0 ? float(1 / __builtin_sqrt(energy)) : 0;
}

// Frames of energy 1 in the real parts of the rows of z (Part 0) or in the imaginary ones (Part 1), and what they were
// scaled by; 0 is silence.
template <int Part>
void load_part(const PeriodsJob& p, int64_t first, float* copies, V* z, float (&scale)[W]) {
  const int64_t pitch = periods_pitch(p), last = p.channels * p.frames - 1, end = p.channels * p.length;
  const float* lane[W];
  for (int l = 0; l < W; ++l) {
    const int64_t frame = at_most(first + l, last), at = frame / p.frames * p.length + frame % p.frames * p.hop;
    lane[l] = p.samples + at;
    scale[l] = reciprocal_norm(lane[l], p.n);
    if (at + pitch <= end) continue;
    float* copy = copies + l * pitch;
    for (int64_t i = 0; i < pitch; ++i) copy[i] = i < p.n ? lane[l][i] : 0;
    lane[l] = copy;
  }
  for (int64_t i = 0; i < p.n; i += W) {
    V r[W];
#pragma GCC unroll 16
    for (int l = 0; l < W; ++l) r[l] = load(lane[l] + i) * scale[l];
    transpose(r);
#pragma GCC unroll 16
    for (int j = 0; j < W; ++j) z[2 * (i + j) + Part] = r[j];
  }
  for (int64_t i = p.n; i < p.fft->n; ++i) z[2 * i + Part] = V{};
}

// The power spectra of both parts, from the FFT z, in natural order.
void powers(const FftPlan& f, const V* z, V* out) {
  const float scale = 0.25f / float(f.n);
  for (int64_t k = 0; 2 * k <= f.n; ++k) {
    const int64_t mirrored = (f.n - k) % f.n;
    const V *a = z + 2 * f.row[k], *b = z + 2 * f.row[mirrored];
    const V er = a[0] + b[0], ei = a[1] - b[1], or_ = a[1] + b[1], oi = b[0] - a[0];
    out[2 * k] = out[2 * mirrored] = (er * er + ei * ei) * scale;
    out[2 * k + 1] = out[2 * mirrored + 1] = (or_ * or_ + oi * oi) * scale;
  }
}

// One frame, whose differences lie `PAIR` floats apart; `first_energy` is what librosa counts for lag 0.
void normalized(const PeriodsJob& p, const float* d, float first_energy, float* out) {
  constexpr double tiny = 2.2250738585072014e-308;
  double sum = first_energy;
  for (int64_t lag = 1; lag <= p.last; ++lag) {
    sum += d[PAIR * lag];
    if (lag >= p.first) out[lag - p.first] = float(d[PAIR * lag] * double(lag) / (sum + tiny));
  }
}

// Frames of block number `block`, of all channels one after the other.
void periods(const PeriodsJob& p, int64_t block, float* scratch) {
  const FftPlan& f = *p.fft;
  V* z = reinterpret_cast<V*>(scratch);
  V* w = z + 2 * (fft_rows(f) + W);
  V* energy = w + 2 * fft_rows(f);
  V* work = energy + 2 * (p.last + 1);
  const int64_t first = block * PAIR, count = at_most(PAIR, p.channels * p.frames - first);
  float* copies = reinterpret_cast<float*>(work + 2 * work_rows(f));
  float scale[2][W];
  load_part<0>(p, first, copies, z, scale[0]);
  load_part<1>(p, first + W, copies, z, scale[1]);
  V sum[2] = {V{}, V{}};
  for (int64_t lag = 0; lag <= p.last; ++lag)
    for (int part = 0; part < 2; ++part) {
      energy[2 * lag + part] = sum[part];
      sum[part] += z[2 * lag + part] * z[2 * lag + part];
    }
  const V head[2] = {energy[2], energy[3]};  // of the first sample
  fft(f, z, work);
  powers(f, z, w);
  fft(f, w, work);
  const int64_t zero = 2 * f.row[0];
  for (int64_t lag = 0; lag <= p.last; ++lag)
    for (int part = 0; part < 2; ++part)
      energy[2 * lag + part] = 2.0f * (w[zero + part] - w[2 * f.row[lag] + part]) - energy[2 * lag + part];
  const int64_t lags = p.last - p.first + 1;
  for (int64_t i = 0; i < count; ++i) {
    float* out = p.out + (first + i) * lags;
    if (scale[i / W][i % W] == 0)  // what the other part left in this one is no sound
      for (int64_t k = 0; k < lags; ++k) out[k] = 0;
    else
      normalized(p, reinterpret_cast<const float*>(energy) + i, head[i / W][i % W], out);
  }
}

}  // namespace
