// Moving W frames at once between memory (a frame is a row) and lanes (a frame is a lane).
#pragma once

#include "kernels/jobs.h"
#include "kernels/padding.h"
#include "kernels/simd.h"

namespace {

using spectro::Dtype;
using spectro::Pad;
using spectro::Signal;
using spectro::Spectra;

SPECTRO_INLINE int64_t at_most(int64_t a, int64_t b) { return a < b ? a : b; }
SPECTRO_INLINE int64_t at_least(int64_t a, int64_t b) { return a > b ? a : b; }

SPECTRO_INLINE float from_bits(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, 4);
  return x;
}

float from_half(uint16_t h) {
  const uint32_t sign = uint32_t(h & 0x8000) << 16, magnitude = h & 0x7fff;
  if (magnitude >= 0x7c00) return from_bits(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
  if (magnitude >= 0x0400) return from_bits(sign | ((magnitude << 13) + 0x38000000));
  const float x = float(magnitude) * 0x1p-24f;
  return sign ? -x : x;
}

SPECTRO_INLINE float sample(const Signal& s, int64_t row, int64_t i) {
  const int64_t at = s.offsets[row] + i * s.stride;
  if (s.dtype == Dtype::f32) return static_cast<const float*>(s.data)[at];
  const uint16_t bits = static_cast<const uint16_t*>(s.data)[at];
  return s.dtype == Dtype::f16 ? from_half(bits) : from_bits(uint32_t(bits) << 16);
}

float padded_sample(const Signal& s, int64_t row, int64_t i) {
  if (s.pad == Pad::constant) return 0;  // of a row that may have no sample
  const Source from = source_of(s.pad, s.padding, s.n, i);
  return sample(s, row, from.index) * from.weight;
}

// `size` samples of a padded row from `start` on: in place where memory holds them so, otherwise copied.
const float* samples(const Signal& s, int64_t row, int64_t start, int64_t size, int64_t readable, float* copy) {
  const bool plain = s.dtype == Dtype::f32 && s.stride == 1;
  if (plain && start >= 0 && start + readable <= s.n) return static_cast<const float*>(s.data) + s.offsets[row] + start;
  const int64_t inside = at_most(at_least(-start, 0), size), end = at_least(at_most(s.n - start, size), inside);
  for (int64_t i = 0; i < inside; ++i) copy[i] = padded_sample(s, row, start + i);
  if (plain && end > inside)
    __builtin_memcpy(copy + inside, static_cast<const float*>(s.data) + s.offsets[row] + start + inside,
                     size_t(end - inside) * sizeof(float));
  else
    for (int64_t i = inside; i < end; ++i) copy[i] = sample(s, row, start + i);
  for (int64_t i = end; i < size; ++i) copy[i] = padded_sample(s, row, start + i);
  return copy;
}

constexpr int64_t CACHE_LINE = 16;  // floats

// Asks for memory that the next block will read: lanes that lie far apart hide the pattern from the hardware.
SPECTRO_INLINE void prefetch(const float* from, int64_t floats) {
  for (int64_t i = 0; i < floats; i += CACHE_LINE) __builtin_prefetch(from + i, 0, 2);
}

// Rows of W lanes from W pointers, multiplied by `window`: out[Step * i] holds sample i of every lane.
// Reads (and writes) up to the next multiple of W samples.
template <int Step>
void load_lanes(const float* const (&lane)[W], const float* window, int64_t n, V* out) {
  for (int64_t i = 0; i < n; i += W) {
    V r[W];
    const V w = load(window + i);
#pragma GCC unroll 16
    for (int l = 0; l < W; ++l) r[l] = load(lane[l] + i) * w;
    transpose(r);
#pragma GCC unroll 16
    for (int j = 0; j < W; ++j) out[Step * (i + j)] = r[j];
  }
}

// W values from each lane's memory at `at`, as W rows.
SPECTRO_INLINE void load_tile(const float* const (&lane)[W], int64_t at, V (&r)[W]) {
#pragma GCC unroll 16
  for (int l = 0; l < W; ++l) r[l] = load(lane[l] + at);
  transpose(r);
}

// W rows to each lane's memory at `at`.
SPECTRO_INLINE void store_tile(V (&r)[W], float* const (&lane)[W], int lanes, int64_t at) {
  transpose(r);
  if (lanes == W) {
#pragma GCC unroll 16
    for (int l = 0; l < W; ++l) store(lane[l] + at, r[l]);
    return;
  }
#pragma GCC unroll 16
  for (int l = 0; l < W; ++l)
    if (l < lanes) store(lane[l] + at, r[l]);
}

// `count` rows, natural order, to each lane's memory. The last tile overlaps the one before it.
void store_rows(const V* rows, int64_t count, float* const (&lane)[W], int lanes) {
  if (count < W) {
    for (int64_t k = 0; k < count; ++k)
      for (int l = 0; l < lanes; ++l) lane[l][k] = rows[k][l];
    return;
  }
  for (int64_t k = 0;; k = at_most(k + W, count - W)) {
    V r[W];
#pragma GCC unroll 16
    for (int j = 0; j < W; ++j) r[j] = rows[k + j];
    store_tile(r, lane, lanes, k);
    if (k == count - W) return;
  }
}

// `count` rows from each lane's memory; lanes past the last repeat the first.
void load_rows(const float* const (&lane)[W], int64_t count, V* rows) {
  if (count < W) {
    for (int64_t k = 0; k < count; ++k)
      for (int l = 0; l < W; ++l) rows[k][l] = lane[l][k];
    return;
  }
  for (int64_t k = 0;; k = at_most(k + W, count - W)) {
    V r[W];
    load_tile(lane, k, r);
#pragma GCC unroll 16
    for (int j = 0; j < W; ++j) rows[k + j] = r[j];
    if (k == count - W) return;
  }
}

// A run of values past the caches.
void stream_run(const float* from, int64_t n, float* to) {
  int64_t i = 0;
  for (; i < n && reinterpret_cast<uintptr_t>(to + i) % (CACHE_LINE * sizeof(float)); ++i) to[i] = from[i];
  for (; i + CACHE_LINE <= n; i += CACHE_LINE)
#pragma GCC unroll 4
    for (int j = 0; j < CACHE_LINE; j += W) stream(to + i + j, load(from + i + j));
  for (; i < n; ++i) to[i] = from[i];
}

}  // namespace
