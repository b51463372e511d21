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

// Windowed frames in the real parts of the rows of z (Part 0) or in the imaginary ones (Part 1), and their energies'
// roots.
template <int Part>
void load_windowed(const CorrelationsJob& c, int64_t first, float* copies, V* z, float (&scale)[W]) {
  const int64_t pitch = correlations_pitch(c), last = c.channels * c.frames - 1, length = c.frames + c.n - 1;
  for (int l = 0; l < W; ++l) {
    const int64_t frame = at_most(first + l, last);
    const float* x = c.samples + frame / c.frames * length + frame % c.frames;
    float* copy = copies + l * pitch;
    for (int64_t i = 0; i < c.n; ++i) copy[i] = x[i] * c.window[i];
    for (int64_t i = c.n; i < pitch; ++i) copy[i] = 0;
    scale[l] = reciprocal_norm(copy, c.n);
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
  float scale[2][W];
  load_windowed<0>(c, first, copies, z, scale[0]);
  load_windowed<1>(c, first + W, copies, z, scale[1]);
  fft(f, z, work);
  powers(f, z, w);
  fft(f, w, work);
  for (int64_t i = 0; i < count; ++i) {
    const float* part = reinterpret_cast<const float*>(w) + i;
    float *out = c.out + (first + i) * c.n, by = scale[i / W][i % W], largest = 0;
    for (int64_t lag = 0; lag < c.n; ++lag) {
      out[lag] = by > 0 ? part[PAIR * f.row[lag]] : 0;
      const float size = out[lag] < 0 ? -out[lag] : out[lag];
      largest = size > largest ? size : largest;
    }
    const double energy = by > 0 ? 1 / (double(by) * by) : 0;
    const bool scaled = c.norm && largest * energy >= SMALLEST_NORMAL;
    const float factor = float(scaled ? 1 / double(largest) : energy);
    for (int64_t lag = 0; lag < c.n; ++lag) out[lag] *= factor;
  }
}

}  // namespace
