// Analysis: frames -> window -> real FFT -> bins, powers or bands, for a block of W frames.
//
// A real frame x of even length n is transformed as h = n / 2 complex values, z[j] = x[2j] + i x[2j + 1]. With Z its
// FFT and w = e^(-2 pi i / n), the FFTs of the even and of the odd samples, and from them the bins, are
//
//   E[k] = (Z[k] + conj Z[h - k]) / 2     O[k] = (Z[k] - conj Z[h - k]) / 2i
//   X[k] = E[k] + w^k O[k]                X[h - k] = conj(E[k] - w^k O[k])     k = 1 .. h / 2
//   X[0] = Re Z[0] + Im Z[0]              X[h] = Re Z[0] - Im Z[0]
//
// Each pair leaves its two halvings out: it gives twice the bins, and the window holds half the scale. X[0] and X[h],
// which have no halving, are doubled for that; `edge` is a further factor of theirs. They stand alone, while any other
// bin also stands for its conjugate: a sum over bins that counts the pairs twice, as the inverse transform does, needs
// other weights there than one that counts them once, as a gradient does. An odd n is transformed as complex values
// (x[j], 0), times two as well.
#pragma once

#include "kernels/blocks.h"
#include "kernels/fft.h"
#include "kernels/power.h"
#include "kernels/reductions.h"
#include "kernels/wavelets.h"

namespace {

using spectro::AnalysisJob;
using spectro::FilterJob;
using spectro::Output;
using spectro::RealFftPlan;
using spectro::whole_vectors;

int64_t round_up(int64_t n, int64_t m) { return (n + m - 1) / m * m; }

// Rows of vectors that the FFT of a block needs: its data, one bin more, and the last tile's overhang.
int64_t fft_vectors(const RealFftPlan& p) { return 2 * at_least(fft_rows(p.fft), p.n / (p.n % 2 ? 1 : 2)) + 2 + 2 * W; }
int64_t work_vectors(const RealFftPlan& p) { return 2 * work_rows(p.fft); }
int64_t copy_floats(const RealFftPlan& p) { return W * whole_vectors(p.n + W); }

constexpr int64_t MAX_AHEAD = 1 << 14;  // floats worth asking for at a time; tuned on two AMD cores, Linux, 2026-11

// W consecutive frames (of all rows, one after the other) into rows of z.
void load_frames(const AnalysisJob& a, int64_t first, const float* window, float* copies, V* z) {
  const int64_t n = a.plan->n, readable = round_up(n, W), pitch = whole_vectors(n + W), last = a.rows * a.frames - 1;
  const float* lane[W];
  int64_t row = first / a.frames, t = first % a.frames;
  bool in_place = true;
  for (int l = 0; l < W; ++l) {
    lane[l] = samples(a.signal, row, t * a.hop - a.signal.padding, n, readable, copies + l * pitch);
    in_place = lane[l] != copies + l * pitch;
    if (!in_place)
      for (int64_t i = n; i < readable; ++i) copies[l * pitch + i] = 0;
    if (first + l < last && ++t == a.frames) t = 0, ++row;
  }
  const int64_t ahead = W * a.hop;  // the last lane's frame ends where the next block's new samples begin
  if (in_place && ahead <= MAX_AHEAD) prefetch(lane[W - 1] + n, ahead);
  if (n % 2 == 0) return load_lanes<1>(lane, window, n, z);
  load_lanes<2>(lane, window, n, z);
  for (int64_t i = 0; i < n; ++i) z[2 * i + 1] = V{};
}

// Bins k and n / 2 - k of a real signal from the half-size transform of its even and odd samples.
SPECTRO_INLINE void split_pair(C a, C b, float c, float s, C& low, C& high) {
  const V er = a.r + b.r, ei = a.i - b.i, dr = a.r - b.r, di = a.i + b.i;
  const V tr = di * c + dr * s, ti = di * s - dr * c;
  low = {er + tr, ei + ti};
  high = {er - tr, ti - ei};
}

// Calls sink(k, value) for every bin; `z` holds the transform.
template <class Sink>
SPECTRO_INLINE void each_bin(const RealFftPlan& p, const V* z, float edge, Sink sink) {
  const int* row = p.fft.row;
  if (p.n % 2) {
    sink(0, C{z[2 * row[0]] * (2 * edge), V{}});
    for (int64_t k = 1; k < p.bins; ++k) sink(k, C{z[2 * row[k]] * 2.0f, z[2 * row[k] + 1] * 2.0f});
    return;
  }
  const int64_t half = p.n / 2;
  const V r0 = z[2 * row[0]], i0 = z[2 * row[0] + 1];
  sink(0, C{(r0 + i0) * (2 * edge), V{}});
  sink(half, C{(r0 - i0) * (2 * edge), V{}});
  for (int64_t k = 1; 2 * k <= half; ++k) {
    const V *a = z + 2 * row[k], *b = z + 2 * row[half - k];
    C low, high;
    split_pair({a[0], a[1]}, {b[0], b[1]}, p.split[2 * k], p.split[2 * k + 1], low, high);
    sink(k, low);
    if (2 * k != half) sink(half - k, high);
  }
}

// Bins of a block, in place: bin k in z[row[k]], with p.row's room for the last.
void bins_in_place(const RealFftPlan& p, V* z, float edge) {
  each_bin(p, z, edge, [&](int64_t k, C x) {
    z[2 * p.row[k]] = x.r;
    z[2 * p.row[k] + 1] = x.i;
  });
}

// Bins, and floats of a lane, that are staged before they stream; tuned on two AMD cores, Linux, 2026-11.
constexpr int64_t RUN = 256, STAGE = 2 * (RUN + W) + CACHE_LINE;

// Bins from .. to - 1 to each lane's memory at 0, as tiles; the last tile overlaps the one before it.
SPECTRO_INLINE void tile_bins(const RealFftPlan& p, const V* z, int64_t from, int64_t to, float* const (&lane)[W],
                              int lanes) {
  constexpr int H = W / 2;
  for (int64_t k = from;; k = at_most(k + H, to - H)) {
    V r[W];
#pragma GCC unroll 8
    for (int j = 0; j < H; ++j) {
      r[2 * j] = z[2 * p.row[k + j]];
      r[2 * j + 1] = z[2 * p.row[k + j] + 1];
    }
    store_tile(r, lane, lanes, 2 * (k - from));
    if (k == to - H) return;
  }
}

// A large result streams: interleaved lanes would fetch every line of it, and few of them at a time.
void store_bins(const RealFftPlan& p, const V* z, float* const (&lane)[W], int lanes, bool streams, float* stage) {
  constexpr int H = W / 2;
  if (p.bins < H) {
    for (int64_t k = 0; k < p.bins; ++k)
      for (int l = 0; l < lanes; ++l) lane[l][2 * k] = z[2 * p.row[k]][l], lane[l][2 * k + 1] = z[2 * p.row[k] + 1][l];
    return;
  }
  if (!STREAMS || !streams) return tile_bins(p, z, 0, p.bins, lane, lanes);
  float* staged[W];
  for (int l = 0; l < W; ++l) staged[l] = stage + l * STAGE;
  for (int64_t from = 0, to; from < p.bins; from = to) {
    to = from + RUN + H > p.bins ? p.bins : from + RUN;
    tile_bins(p, z, from, to, staged, W);
    for (int l = 0; l < lanes; ++l) stream_run(staged[l], 2 * (to - from), lane[l] + 2 * from);
  }
  stream_end();
}

// Whether a block's transform is zero everywhere.
bool silent(const RealFftPlan& p, const V* z) {
  VI any = VI{};
  for (int64_t k = 0; k < p.fft.n; ++k) any |= (z[2 * p.fft.row[k]] != 0) | (z[2 * p.fft.row[k] + 1] != 0);
  return all(any == 0);
}

// Of the magnitudes; squares that leave single precision's range are found, and taken again in range.
void powers(const RealFftPlan& p, const V* z, float edge, float power, V* out) {
  if (power == 2) return each_bin(p, z, edge, [&](int64_t k, C x) { out[k] = x.r * x.r + x.i * x.i; });
  V low = splat(HIGH_SQUARE), high = V{};
  each_bin(p, z, edge, [&](int64_t k, C x) {
    const V square = x.r * x.r + x.i * x.i;
    low = square < low ? square : low;
    high = square > high ? square : high;
    out[k] = root_power(square, power);
  });
  if (all(low >= LOW_SQUARE) && all(high <= HIGH_SQUARE)) return;
  if (all(high == 0) && silent(p, z)) return;
  each_bin(p, z, edge, [&](int64_t k, C x) {
    const Scaled s = scaled(x.r, x.i);
    out[k] = root_power(square_root(s.square) * s.unit, 2 * power);
  });
}

int64_t row_floats(const AnalysisJob& a) {
  if (a.output == Output::complex) return 2 * a.plan->bins;
  if (a.output == Output::columns) return a.reductions->width;
  if (a.output == Output::wavelets) return 2 * a.wavelets.count;
  return a.output == Output::power ? a.plan->bins : a.bands.count;
}

// Vectors for what is made of powers.
int64_t made_vectors(const AnalysisJob& a) {
  if (a.output == Output::columns) return a.reductions->width + a.reductions->work;
  if (a.output == Output::wavelets) return 2 * a.wavelets.count;
  return a.output == Output::bands ? a.bands.count : 0;
}

int64_t analysis_scratch(const AnalysisJob& a) {
  const int64_t stage = a.output == Output::complex ? W * STAGE : 0;
  return stage + copy_floats(*a.plan) +
         W * (fft_vectors(*a.plan) + work_vectors(*a.plan) + a.plan->bins + made_vectors(a));
}

void analysis(const AnalysisJob& a, int64_t block, float* scratch) {
  const RealFftPlan& p = *a.plan;
  V* z = reinterpret_cast<V*>(scratch);
  V* work = z + fft_vectors(p);
  V* rows = work + work_vectors(p);
  float* copies = reinterpret_cast<float*>(rows + p.bins + made_vectors(a));
  const int64_t first = block * W, pitch = row_floats(a);
  const int lanes = int(at_most(W, a.rows * a.frames - first));
  float* lane[W];
  for (int l = 0; l < W; ++l) lane[l] = static_cast<float*>(a.out) + (first + at_most(l, lanes - 1)) * pitch;
  load_frames(a, first, a.window, copies, z);
  fft(p.fft, z, work);
  if (a.output == Output::complex) {
    bins_in_place(p, z, a.edge);
    return store_bins(p, z, lane, lanes, a.streams, copies + copy_floats(p));
  }
  if (a.output == Output::wavelets) {
    bins_in_place(p, z, a.edge);
    complex_sums(a.wavelets, p.row, z, rows + p.bins);
    return store_rows(rows + p.bins, pitch, lane, lanes);
  }
  powers(p, z, a.edge, a.power, rows);
  if (a.output == Output::power) return store_rows(rows, p.bins, lane, lanes);
  V* sums = rows + p.bins;
  if (a.output == Output::columns)
    reduce(*a.reductions, p.bins, rows, sums + pitch, sums);
  else
    for (int64_t m = 0; m < a.bands.count; ++m) sums[m] = band_sum(a.bands, m, rows);
  store_rows(sums, pitch, lane, lanes);
}

// Blocks whose frames are read together where they lie side by side: each bin may be on a page of its own. Tuned on two
// AMD cores, Linux, 2026-11.
constexpr int64_t TOGETHER = 4;

int64_t filter_width(const FilterJob& f) { return f.reductions ? f.reductions->width : f.bands.count; }
int64_t filter_scratch(const FilterJob& f) {
  return W * (TOGETHER * f.bins + filter_width(f) + (f.reductions ? f.reductions->work : 0));
}

// How many blocks from `block` on, before `end`, can be read together.
int64_t together(const FilterJob& f, int64_t block, int64_t end) {
  const int64_t left = (f.frames - block * W % f.frames) / W;
  return f.frame_stride == 1 ? at_most(at_most(TOGETHER, end - block), left) : 0;
}

// Rows 0 .. bins - 1 of `count` blocks of frames that lie side by side, one block after the other.
void load_side_by_side(const FilterJob& f, int64_t block, int64_t count, V* rows) {
  const float* at = f.data + f.offsets[block * W / f.frames] + block * W % f.frames;
  for (int64_t k = 0; k < f.bins; ++k, at += f.bin_stride)
    for (int64_t b = 0; b < count; ++b) rows[b * f.bins + k] = load(at + b * W);
}

// The same of one block wherever its frames lie; lanes past the last repeat it.
void load_spectra(const FilterJob& f, int64_t first, int lanes, V* rows) {
  const float* lane[W];
  for (int l = 0; l < W; ++l) {
    const int64_t frame = first + at_most(l, lanes - 1);
    lane[l] = f.data + f.offsets[frame / f.frames] + frame % f.frames * f.frame_stride;
  }
  if (f.bin_stride == 1) return load_rows(lane, f.bins, rows);
  for (int64_t k = 0; k < f.bins; ++k)
    for (int l = 0; l < W; ++l) rows[k][l] = lane[l][k * f.bin_stride];
}

void filter_block(const FilterJob& f, int64_t first, int lanes, const V* rows, V* sums) {
  const int64_t width = filter_width(f);
  float* lane[W];
  for (int l = 0; l < W; ++l) lane[l] = f.out + (first + at_most(l, lanes - 1)) * width;
  if (f.reductions)
    reduce(*f.reductions, f.bins, rows, sums + width, sums);
  else
    for (int64_t m = 0; m < f.bands.count; ++m) sums[m] = band_sum(f.bands, m, rows);
  store_rows(sums, width, lane, lanes);
}

// Blocks from .. to - 1.
void filter(const FilterJob& f, int64_t from, int64_t to, float* scratch) {
  V* rows = reinterpret_cast<V*>(scratch);
  V* sums = rows + TOGETHER * f.bins;
  while (from < to) {
    const int64_t count = together(f, from, to), first = from * W;
    const int lanes = int(at_most(W, f.rows * f.frames - first));
    if (count)
      load_side_by_side(f, from, count, rows);
    else
      load_spectra(f, first, lanes, rows);
    for (int64_t b = 0; b < at_least(count, 1); ++b, ++from) filter_block(f, from * W, lanes, rows + b * f.bins, sums);
  }
}

}  // namespace
