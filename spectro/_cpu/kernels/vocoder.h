// Frames of a spectrogram at other times, with phases that go on as they did.
#pragma once

#include <algorithm>

#include "kernels/simd.h"

namespace {

constexpr int64_t VOCODER_BINS = 128;  // whose phases are followed at once

struct Phases {
  float re[VOCODER_BINS], im[VOCODER_BINS];
};

// Size and direction of a complex number; the direction of zero is 1.
inline void polar(float re, float im, float& size, float& x, float& y) {
  const float a = __builtin_fabsf(re), b = __builtin_fabsf(im);
  float larger = a > b ? a : b;
  const bool tiny = larger < 0x1p-60f;  // whose reciprocal may overflow
  const float up = tiny ? 0x1p80f : 1.0f, down = tiny ? 0x1p-80f : 1.0f;
  larger *= up;
  const float scale = up / (larger > 0.0f ? larger : 1.0f);
  re *= scale;
  im *= scale;
  const float square = re * re + im * im;
  const float root = __builtin_sqrtf(square == 0.0f ? 1.0f : square);
  size = larger * down * root;
  x = square == 0.0f ? 1.0f : re / root;
  y = im / root;
}

// One frame: out = phase * magnitude between a and b; the phase turns by the angle from a to b, if it turns.
template <bool turns>
inline void vocoder_step(const float* __restrict a, const float* __restrict b, float share, int64_t n,
                         Phases& __restrict phases, float* __restrict out) {
  for (int64_t i = 0; i < n; ++i) {
    float low, high, ax, ay, bx, by;
    polar(a[2 * i], a[2 * i + 1], low, ax, ay);
    polar(b[2 * i], b[2 * i + 1], high, bx, by);
    const float size = low + share * (high - low), re = phases.re[i], im = phases.im[i];
    out[2 * i] = size * re;
    out[2 * i + 1] = size * im;
    if constexpr (!turns) continue;
    const float turn_re = bx * ax + by * ay, turn_im = by * ax - bx * ay;
    const float x = re * turn_re - im * turn_im, y = re * turn_im + im * turn_re;
    const float unit = 1.5f - 0.5f * (x * x + y * y);  // one step of Newton's towards length 1
    phases.re[i] = x * unit;
    phases.im[i] = y * unit;
  }
}

// Bins from .. from + VOCODER_BINS of one spectrogram.
void vocoder(const spectro::VocoderJob& job, int64_t from) {
  const int64_t n = std::min(VOCODER_BINS, job.bins - from), row = 2 * job.bins;
  const float* D = job.D + 2 * from;
  Phases phases;
  float size;
  for (int64_t i = 0; i < n; ++i) {
    const float* start = D + job.first[0] * row + 2 * i;
    polar(start[0], start[1], size, phases.re[i], phases.im[i]);
    if (!job.phases) continue;
    phases.re[i] = job.phases[2 * (from + i)];
    phases.im[i] = job.phases[2 * (from + i) + 1];
  }
  for (int64_t k = 0; k < job.count; ++k) {
    const float* a = D + job.first[k] * row;
    float* out = job.out + k * row + 2 * from;
    if (job.first[k] + 1 < job.frames) {
      vocoder_step<true>(a, a + row, job.share[k], n, phases, out);
    } else {  // the line through the last two magnitudes goes on, the phase stays
      vocoder_step<false>(a, job.frames > 1 ? a - row : a, -job.share[k], n, phases, out);
    }
  }
  if (!job.goes_on) return;
  float* out = job.out + job.count * row + 2 * from;
  for (int64_t i = 0; i < n; ++i) {
    out[2 * i] = phases.re[i];
    out[2 * i + 1] = phases.im[i];
  }
}

}  // namespace
