// Sums of complex rows by a complex bank: the wavelets of a constant-Q transform are such a bank over spectra.
#pragma once

#include "kernels/blocks.h"

namespace {

using spectro::ComplexBands;
using spectro::ComplexFilterJob;

// Value k of every lane lies in z[2 row[k]] and z[2 row[k] + 1]; row null: in z[2 k]. The sums go to out, in pairs.
void complex_sums(const ComplexBands& b, const int* row, const V* z, V* out) {
  for (int64_t m = 0; m < b.count; ++m) {
    const float* w = b.weight + 2 * b.offset[m];
    V rr = V{}, ii = V{}, ri = V{}, ir = V{};
    for (int k = 0; k < b.length[m]; ++k) {
      const V* x = z + 2 * (row ? row[b.start[m] + k] : b.start[m] + k);
      rr += x[0] * w[2 * k];
      ii += x[1] * w[2 * k + 1];
      ri += x[0] * w[2 * k + 1];
      ir += x[1] * w[2 * k];
    }
    out[2 * m] = rr - ii;
    out[2 * m + 1] = ri + ir;
  }
}

int64_t complex_filter_scratch(const ComplexFilterJob& f) { return W * 2 * (f.bins + f.bands.count); }

void complex_filter(const ComplexFilterJob& f, int64_t block, float* scratch) {
  V* z = reinterpret_cast<V*>(scratch);
  V* sums = z + 2 * f.bins;
  const int64_t first = block * W, pitch = 2 * f.bands.count;
  const int lanes = int(at_most(W, f.rows * f.frames - first));
  const float* from[W];
  float* to[W];
  for (int l = 0; l < W; ++l) {
    const int64_t frame = first + at_most(l, lanes - 1);
    from[l] = f.spectra.data + 2 * (f.spectra.offsets[frame / f.frames] + frame % f.frames * f.spectra.frame_stride);
    to[l] = f.out + frame * pitch;
  }
  if (f.spectra.bin_stride == 1) {
    load_rows(from, 2 * f.bins, z);
  } else {
    for (int64_t k = 0; k < f.bins; ++k)
      for (int l = 0; l < W; ++l) {
        z[2 * k][l] = from[l][2 * k * f.spectra.bin_stride];
        z[2 * k + 1][l] = from[l][2 * k * f.spectra.bin_stride + 1];
      }
  }
  complex_sums(f.bands, nullptr, z, sums);
  store_rows(sums, pitch, to, lanes);
}

}  // namespace
