// Synthesis: bins -> inverse real FFT -> window -> overlap-add (-> times the reciprocal envelope).
//
// The steps of analysis.h, backwards. From bins X of even length n the h = n / 2 complex values are merged,
//
//   E[k] = (X[k] + conj X[h - k]) / 2     O[k] = w^-k (X[k] - conj X[h - k]) / 2     Z[k] = E[k] + i O[k]
//
// whose inverse FFT holds the samples in pairs: x[2j] + i x[2j + 1]. Swapping real and imaginary parts before and after
// makes an inverse of the forward FFT. Without the halvings and without 1 / h the outcome is n times x, so the window
// holds the scale 1 / n of the inverse.
//
// The same steps are the adjoint of analysis, which counts a conjugate pair of bins once and not twice: there the
// window holds half the scale of the analysis, and `edge`, the factor of bins 0 and h, which are no pairs, is 2.
//
// Frames y[t] overlap in sample i: out[i] = sum over t of w[i - t hop] y[t][i - t hop]. The signal whose frames come
// closest to y, in the sense of least squares, is that over the envelope: the sum over t of w[i - t hop]^2.
#pragma once

#include "kernels/analysis.h"

namespace {

using spectro::Envelope;
using spectro::Factors;
using spectro::SynthesisJob;
using spectro::WindowGradientJob;

// Bins of a frame, whose memory lies `step` bins apart, times those of a mask.
template <bool Complex>
SPECTRO_INLINE void masked_run(const float* D, int64_t step, const float* mask, int64_t by, int64_t bins, float* out) {
  for (int64_t k = 0; k < bins; ++k) {
    const float r = D[2 * k * step], i = D[2 * k * step + 1];
    const float x = Complex ? mask[2 * k * by] : mask[k * by], y = Complex ? mask[2 * k * by + 1] : 0.0f;
    out[2 * k] = Complex ? r * x - i * y : r * x;
    out[2 * k + 1] = Complex ? r * y + i * x : i * x;
  }
}

template <bool Complex>
void masked_bins(const SynthesisJob& s, const float* D, const float* mask, float* __restrict out) {
  if (s.spectra.bin_stride == 1 && s.mask.bin_stride == 1)
    masked_run<Complex>(D, 1, mask, 1, s.plan->bins, out);
  else
    masked_run<Complex>(D, s.spectra.bin_stride, mask, s.mask.bin_stride, s.plan->bins, out);
}

// W consecutive frames of bins into rows 0 .. bins - 1 of z; lanes past `lanes` repeat the last frame.
void load_bins(const SynthesisJob& s, int64_t first, int lanes, float* copies, V* z) {
  const int64_t bins = s.plan->bins, pitch = whole_vectors(2 * bins);
  const float *lane[W], *last = nullptr;
  for (int l = 0; l < W; ++l) {
    const int64_t frame = first + at_most(l, lanes - 1), row = frame / s.frames, t = frame % s.frames;
    lane[l] = last = s.spectra.data + 2 * (s.spectra.offsets[row] + t * s.spectra.frame_stride);
    float* copy = copies + l * pitch;
    if (s.factors == Factors::none) {
      if (s.spectra.bin_stride == 1) continue;
      for (int64_t k = 0; k < bins; ++k) {
        copy[2 * k] = last[2 * k * s.spectra.bin_stride];
        copy[2 * k + 1] = last[2 * k * s.spectra.bin_stride + 1];
      }
    } else {
      const int64_t at = s.mask.offsets[row] + t * s.mask.frame_stride;
      if (s.factors == Factors::real)
        masked_bins<false>(s, last, s.mask.data + at, copy);
      else
        masked_bins<true>(s, last, s.mask.data + 2 * at, copy);
    }
    lane[l] = copy;
  }
  load_rows(lane, 2 * bins, z);
  if (s.spectra.bin_stride == 1 && 2 * bins * W <= 2 * MAX_AHEAD) prefetch(last + 2 * bins, 2 * bins * W);
}

constexpr float STEEPEST = 0x1p100f;  // as in the definition

// dS/dX of |X|**power, applied: row k of z becomes X[k] times the cotangent of its power.
void load_gradient(const SynthesisJob& s, int64_t first, int lanes, float* copies, V* z, V* work) {
  const AnalysisJob& a = *s.forward;
  const RealFftPlan& p = *a.plan;
  V* x = work + work_vectors(p);
  V* weight = x + fft_vectors(p);
  load_frames(a, first, a.window, copies, x);
  fft(p.fft, x, work);
  const int64_t width = a.output == Output::bands ? a.bands.count : p.bins;
  const float* lane[W];
  for (int l = 0; l < W; ++l) lane[l] = s.cotangent + (first + at_most(l, lanes - 1)) * width;
  V* given = a.output == Output::bands ? weight + p.bins : weight;
  load_rows(lane, width, given);
  if (a.output == Output::bands) {
    for (int64_t k = 0; k < p.bins; ++k) weight[k] = V{};
    for (int64_t m = 0; m < a.bands.count; ++m)
      for (int k = 0; k < a.bands.length[m]; ++k)
        weight[a.bands.start[m] + k] += given[m] * a.bands.weight[a.bands.offset[m] + k];
  }
  each_bin(p, x, 1, [&](int64_t k, C v) {
    const V factor = weight[k] * a.power;
    if (a.power == 2) {
      z[2 * k] = v.r * factor;
      z[2 * k + 1] = v.i * factor;
      return;
    }
    const Scaled s = scaled(v.r, v.i);
    const V root = square_root(s.square), magnitude = root * s.unit;
    const V steep = a.power == 1 ? splat(1) : root_power(magnitude, 2 * a.power) / magnitude;
    const V slope = root == 0 ? V{} : factor * (steep > STEEPEST ? splat(STEEPEST) : steep) / root;
    z[2 * k] = s.r * slope;
    z[2 * k + 1] = s.i * slope;
  });
}

// From bins in natural order to the FFT's input, real and imaginary parts swapped: the forward FFT then inverts.
void merge_bins(const RealFftPlan& p, V* z, float edge) {
  if (p.n % 2) {
    z[1] = z[0] * edge;
    z[0] = V{};
    for (int64_t k = 1; k < p.bins; ++k) {
      const V r = z[2 * k], i = z[2 * k + 1];
      z[2 * k] = i;
      z[2 * k + 1] = r;
      z[2 * (p.n - k)] = -i;
      z[2 * (p.n - k) + 1] = r;
    }
    return;
  }
  const int64_t half = p.n / 2;
  const V first = z[0] * edge, last = z[2 * half] * edge;
  z[0] = first - last;
  z[1] = first + last;
  for (int64_t k = 1; 2 * k <= half; ++k) {
    V *a = z + 2 * k, *b = z + 2 * (half - k);
    const float c = p.split[2 * k], s = p.split[2 * k + 1];
    const V er = a[0] + b[0], ei = a[1] - b[1], dr = a[0] - b[0], di = a[1] + b[1];
    const V tr = dr * c + di * s, ti = di * c - dr * s;
    a[0] = ei + tr;
    a[1] = er - ti;
    b[0] = tr - ei;
    b[1] = er + ti;
  }
}

// Where sample i of every lane lies after the inverse FFT.
SPECTRO_INLINE V sample_row(const RealFftPlan& p, const V* z, int64_t i) {
  return p.n % 2 ? z[2 * p.fft.row[i] + 1] : z[2 * p.fft.row[i / 2] + 1 - i % 2];
}

// From the end of the frames to their start: a sample then gets its terms in the order of the frames, wherever among
// the lanes they are, and its value does not depend on how a signal was cut into tasks or calls.
void add_frames(const RealFftPlan& p, const V* z, const float* window, int64_t hop, int lanes, float* sum) {
  for (int64_t i = (p.n - 1) / W * W; i >= 0; i -= W) {
    V r[W];
    const int64_t inside = at_most(W, p.n - i);
    if (inside == W && p.n % 2 == 0) {
#pragma GCC unroll 8
      for (int j = 0; j < W / 2; ++j) {
        const V* pair = z + 2 * p.fft.row[i / 2 + j];
        r[2 * j] = pair[1];
        r[2 * j + 1] = pair[0];
      }
    } else {
      for (int j = 0; j < W; ++j) r[j] = j < inside ? sample_row(p, z, i + j) : V{};
    }
    transpose(r);
    const V w = load(window + i);
#pragma GCC unroll 16
    for (int l = 0; l < W; ++l)
      if (l < lanes) store(sum + l * hop + i, load(sum + l * hop + i) + r[l] * w);
  }
}

void scale_run(const float* x, const float* factor, int64_t n, float* out) {
  int64_t i = 0;
  for (; i + W <= n; i += W) store(out + i, load(x + i) * load(factor + i));
  for (; i < n; ++i) out[i] = x[i] * factor[i];
}

// Positions [from, to) of the overlap-add, x holding the sums, through the envelope into out.
void emit(const Envelope* e, const float* x, int64_t from, int64_t to, float* out) {
  if (!e) {
    if (to > from) __builtin_memcpy(out, x, size_t(to - from) * sizeof(float));
    return;
  }
  for (int64_t at = from; at < to;) {
    const float* factor;
    int64_t end;
    if (at < e->head_end) {
      factor = e->head + at, end = e->head_end;
    } else if (at >= e->tail_start) {
      factor = e->tail + (at - e->tail_start), end = to;
    } else {
      const int64_t phase = at % e->period_length;
      factor = e->period + phase, end = at_most(at + e->period_length - phase, e->tail_start);
    }
    end = at_most(end, to);
    scale_run(x + (at - from), factor, end - at, out + (at - from));
    at = end;
  }
}

void clear(float* x, int64_t n) {
  if (n > 0) __builtin_memset(x, 0, size_t(n) * sizeof(float));
}

int64_t sum_floats(const SynthesisJob& s) { return W * s.hop + round_up(s.plan->n, W) + W; }

int64_t block_scratch(const SynthesisJob& s) {
  const RealFftPlan& p = *s.plan;
  int64_t vectors = fft_vectors(p) + work_vectors(p), copies = W * whole_vectors(2 * p.bins);
  if (s.forward) {
    vectors += fft_vectors(p) + p.bins + s.forward->bands.count;
    copies = at_least(copies, copy_floats(p));
  }
  return W * vectors + copies;
}

// One block's frames in the time domain, as rows (see sample_row), without the window.
V* inverse_block(const SynthesisJob& s, int64_t first, int lanes, float* scratch) {
  const RealFftPlan& p = *s.plan;
  V* z = reinterpret_cast<V*>(scratch);
  V* work = z + fft_vectors(p);
  float* copies = reinterpret_cast<float*>(work + work_vectors(p));
  if (s.forward) {
    copies = reinterpret_cast<float*>(work + work_vectors(p) + fft_vectors(p) + p.bins + s.forward->bands.count);
    load_gradient(s, first, lanes, copies, z, work);
  } else {
    load_bins(s, first, lanes, copies, z);
  }
  merge_bins(p, z, s.edge);
  fft(p.fft, z, work);
  return z;
}

int64_t synthesis_scratch(const SynthesisJob& s) { return block_scratch(s) + sum_floats(s); }

// One task: a run of output samples of one row, from all the frames that reach it.
void synthesis(const SynthesisJob& s, int64_t task, float* scratch) {
  const int64_t n = s.plan->n, hop = s.hop, row = task / s.chunks, begin = task % s.chunks * s.chunk;
  const int64_t low = s.start + begin, high = s.start + at_most(begin + s.chunk, s.length);
  const int64_t t0 = low < n ? 0 : (low - n) / hop + 1, t1 = at_most((high - 1) / hop, s.frames - 1);
  float* out = s.out + row * s.length - s.start;
  float* sum = scratch + block_scratch(s);
  const int64_t kept = sum_floats(s) - W * hop;
  int64_t done = low;
  clear(sum, sum_floats(s));
  for (int64_t t = t0; t <= t1; t += W) {
    const int lanes = int(at_most(W, t1 + 1 - t));
    const V* z = inverse_block(s, row * s.frames + t, lanes, scratch);
    add_frames(*s.plan, z, s.window, hop, lanes, sum);
    const int64_t base = t * hop, from = at_most(at_least(base, done), high);
    const int64_t to = at_most(high, t + W > t1 ? (t1)*hop + n : base + W * hop);
    clear(out + done, from - done);
    if (to > from) emit(s.envelope, sum + (from - base), from, to, out + from);
    done = at_least(from, to);
    __builtin_memmove(sum, sum + W * hop, size_t(kept) * sizeof(float));
    clear(sum + kept, W * hop);
  }
  clear(out + done, high - done);
}

int64_t window_gradient_scratch(const WindowGradientJob& g) {
  const RealFftPlan& p = *g.synthesis->plan;
  return block_scratch(*g.synthesis) + copy_floats(p) + W * (fft_vectors(p) + p.n);
}

// Sum over frames of frame times inverse frame: the adjoint with respect to the window.
void window_gradient(const WindowGradientJob& g, int64_t task, float* scratch) {
  const RealFftPlan& p = *g.synthesis->plan;
  const int64_t n = p.n, total = g.analysis->rows * g.analysis->frames, step = n % 2 ? 2 : 1;
  V* frames = reinterpret_cast<V*>(scratch + whole_vectors(block_scratch(*g.synthesis)));
  V* sum = frames + fft_vectors(p);
  float* copies = reinterpret_cast<float*>(sum + n);
  for (int64_t i = 0; i < n; ++i) sum[i] = V{};
  for (int64_t b = 0; b < g.blocks_per_task; ++b) {
    const int64_t first = (task * g.blocks_per_task + b) * W;
    if (first >= total) break;
    const int lanes = int(at_most(W, total - first));
    V mask = V{};
    for (int l = 0; l < lanes; ++l) mask[l] = 1;
    load_frames(*g.analysis, first, g.analysis->window, copies, frames);
    const V* z = inverse_block(*g.synthesis, first, lanes, scratch);
    for (int64_t i = 0; i < n; ++i) sum[i] += frames[step * i] * sample_row(p, z, i) * mask;
  }
  for (int64_t i = 0; i < n; ++i) {
    float x = 0;
    for (int l = 0; l < W; ++l) x += sum[i][l];
    g.out[task * n + i] = x * g.synthesis->window[i];
  }
}

}  // namespace
