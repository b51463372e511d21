// Autocorrelations of windowed frames of samples, by the FFTs of two frames at once, as in periods.h. Frames are scaled
// to the energy 1, so that a loud one leaves nothing in a quiet one beside it.
#pragma once

#include "kernels/periods.h"

namespace {

using spectro::CorrelationsJob;

int64_t correlations_pitch(const CorrelationsJob& c) { return (c.n + W - 1) / W * W; }

int64_t correlations_scratch(const CorrelationsJob& c) {
  return W * (4 * fft_rows(*c.fft) + 2 * W + 2 * work_rows(*c.fft)) + W * correlations_pitch(c);
}

// What brings a frame to the energy 1, and its energy. A frame whose squares may leave a float's range is first
// multiplied by a power of two.
float normalizing(float* x, int64_t n, double& energy) {
  float scale = reciprocal_norm(x, n);
  double unit = 1;
  if (!(scale > 1e-15f && scale < 1e15f)) {
    float largest = 0;
    for (int64_t i = 0; i < n; ++i) largest = __builtin_fabsf(x[i]) > largest ? __builtin_fabsf(x[i]) : largest;
    unit = largest > 1 ? 0x1p100 : 0x1p-100;
    for (int64_t i = 0; i < n; ++i) x[i] = float(x[i] / unit);
    scale = reciprocal_norm(x, n);
  }
  energy = scale > 0 ? unit * unit / (double(scale) * scale) : 0;
  return scale;
}

// Windowed frames in the real parts of the rows of z (Part 0) or in the imaginary ones (Part 1), and their energies.
template <int Part>
void load_windowed(const CorrelationsJob& c, int64_t first, float* copies, V* z, double (&energy)[W]) {
  float scale[W];
  const int64_t pitch = correlations_pitch(c), last = c.channels * c.frames - 1, length = c.frames + c.n - 1;
  for (int l = 0; l < W; ++l) {
    const int64_t frame = at_most(first + l, last);
    const float* x = c.samples + frame / c.frames * length + frame % c.frames;
    float* copy = copies + l * pitch;
    for (int64_t i = 0; i < c.n; ++i) copy[i] = x[i] * c.window[i];
    for (int64_t i = c.n; i < pitch; ++i) copy[i] = 0;
    scale[l] = normalizing(copy, c.n, energy[l]);
  }
  for (int64_t i = 0; i < c.n; i += W) {
    V r[W];
#pragma GCC unroll 16
    for (int l = 0; l < W; ++l) r[l] = load(copies + l * pitch + i) * scale[l];
    transpose(r);
#pragma GCC unroll 16
    for (int j = 0; j < W; ++j) z[2 * (i + j) + Part] = r[j];
  }
  for (int64_t i = c.n; i < c.fft->n; ++i) z[2 * i + Part] = V{};
}

// Frames of block number `block`, of all channels one after the other.
void correlations(const CorrelationsJob& c, int64_t block, float* scratch) {
  const FftPlan& f = *c.fft;
  V* z = reinterpret_cast<V*>(scratch);
  V* w = z + 2 * (fft_rows(f) + W);
  V* work = w + 2 * fft_rows(f);
  const int64_t first = block * PAIR, count = at_most(PAIR, c.channels * c.frames - first);
  float* copies = reinterpret_cast<float*>(work + 2 * work_rows(f));
  double energies[2][W];
  load_windowed<0>(c, first, copies, z, energies[0]);
  load_windowed<1>(c, first + W, copies, z, energies[1]);
  fft(f, z, work);
  powers(f, z, w);
  fft(f, w, work);
  for (int64_t i = 0; i < count; ++i) {
    const float* part = reinterpret_cast<const float*>(w) + i;
    const double energy = energies[i / W][i % W];
    float *out = c.out + (first + i) * c.n, largest = 0;
    for (int64_t lag = 0; lag < c.n; ++lag) {
      out[lag] = energy > 0 ? part[PAIR * f.row[lag]] : 0;
      const float size = out[lag] < 0 ? -out[lag] : out[lag];
      largest = size > largest ? size : largest;
    }
    const float factor = float(c.norm && largest > 0 ? 1 / double(largest) : energy);
    for (int64_t lag = 0; lag < c.n; ++lag) out[lag] *= factor;
  }
}

}  // namespace
