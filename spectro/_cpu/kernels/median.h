// Running medians, by a network of minima and maxima that selects those of neighboring windows together. A register
// holds a block of LANES columns (or rows); values are compared as integers in the order of floats, NaN above all.
#pragma once

#include "kernels/power.h"

namespace {

using spectro::MedianJob;

constexpr int WIDE = 2;                    // vectors of a register: a step is read once for all
constexpr int64_t LANES = WIDE * W;        // series next to each other
constexpr int64_t MEDIANS_PER_TASK = 256;  // of a series

SPECTRO_INLINE VI key_of(V x) {
  VI bits = (VI)x;
  bits = x == x ? bits : 0x7fc00000 + VI{};
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

SPECTRO_INLINE V value_of(VI key) { return (V)(key ^ ((key >> 31) & 0x7fffffff)); }

struct Column {
  VI part[WIDE];
};

void magnitudes(const float* pairs, float* out, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float a = __builtin_fabsf(pairs[2 * i]), b = __builtin_fabsf(pairs[2 * i + 1]);
    const float high = a > b ? a : b, scale = high > 0 ? high : 1, x = a / scale, y = b / scale;
    const float length = scale * __builtin_sqrtf(x * x + y * y);
    out[i] = high == 0 && a == a && b == b ? 0 : length;
  }
}

int64_t mirrored(int64_t i, int64_t n) {
  if (i >= 0 && i < n) return i;
  const int64_t at = ((i % (2 * n)) + 2 * n) % (2 * n);
  return at < n ? at : 2 * n - 1 - at;
}

int64_t series_of(const MedianJob& j) { return j.down ? j.width : j.n; }
int64_t length_of(const MedianJob& j) { return j.down ? j.n : j.width; }
int64_t blocks_of(const MedianJob& j) { return (series_of(j) + LANES - 1) / LANES; }

int64_t median_tasks(const MedianJob& j) {
  return blocks_of(j) * ((length_of(j) + MEDIANS_PER_TASK - 1) / MEDIANS_PER_TASK);
}

int64_t median_scratch(const MedianJob& j) {
  return LANES * (MEDIANS_PER_TASK + j.selection.count + j.size + j.selection.registers) + spectro::MAX_LANES;
}

// Values i .. i + count - 1 of a block of series, mirrored at the ends, as keys.
void gather(const MedianJob& j, const float* in, int64_t series, int64_t lanes, int64_t i, int64_t count, Column* to) {
  const int64_t n = length_of(j);
  float* flat = reinterpret_cast<float*>(to);
  for (int64_t k = 0; k < count; ++k) {
    if (j.down && lanes == LANES) {
      const float* from = in + mirrored(i + k, n) * j.width + series;
      for (int part = 0; part < WIDE; ++part) to[k].part[part] = key_of(load(from + part * W));
    } else {
      const int64_t at = mirrored(i + k, n), step = j.down ? 1 : j.width;
      const float* from = j.down ? in + at * j.width + series : in + series * j.width + at;
      for (int64_t l = 0; l < LANES; ++l) flat[k * LANES + l] = from[(l < lanes ? l : 0) * step];
      for (int part = 0; part < WIDE; ++part) to[k].part[part] = key_of((V)to[k].part[part]);
    }
  }
}

// `gather` along rows, W values of W rows at a time where none is mirrored.
void gather_along(const MedianJob& j, const float* in, int64_t series, int64_t lanes, int64_t i, int64_t count,
                  Column* to) {
  int64_t k = 0;
  const int64_t inside = i < 0 ? -i : 0, end = j.width - i < count ? j.width - i : count;
  if (lanes < LANES || end - inside < W) return gather(j, in, series, lanes, i, count, to);
  gather(j, in, series, lanes, i, inside, to);
  for (k = inside; k + W <= end; k += W)
    for (int part = 0; part < WIDE; ++part) {
      V tile[W];
      for (int l = 0; l < W; ++l) tile[l] = load(in + (series + part * W + l) * j.width + i + k);
      transpose(tile);
      for (int l = 0; l < W; ++l) to[k + l].part[part] = key_of(tile[l]);
    }
  gather(j, in, series, lanes, i + k, count - k, to + k);
}

void select(const spectro::Selection& s, const Column* in, Column* registers, Column* out) {
  for (int64_t i = 0; i < s.inputs; ++i) registers[i] = in[i];
  const int16_t* step = s.step;
  for (int64_t i = 0; i < s.steps; ++i, step += 4) {
    const Column a = registers[step[0]], b = registers[step[1]];
    Column low, high;
    for (int part = 0; part < WIDE; ++part) {
      low.part[part] = a.part[part] < b.part[part] ? a.part[part] : b.part[part];
      high.part[part] = a.part[part] > b.part[part] ? a.part[part] : b.part[part];
    }
    registers[step[2]] = low;
    registers[step[3]] = high;
  }
  for (int64_t i = 0; i < s.count; ++i)
    for (int part = 0; part < WIDE; ++part) out[i].part[part] = (VI)value_of(registers[s.output[i]].part[part]);
}

// Stores medians i .. i + count - 1 of a block of series, which lie in columns.
void scatter(const MedianJob& j, float* out, int64_t series, int64_t lanes, int64_t i, int64_t count, Column* from) {
  const float* flat = reinterpret_cast<const float*>(from);
  int64_t k = 0;
  if (!j.down && lanes == LANES)
    for (; k + W <= count; k += W)
      for (int part = 0; part < WIDE; ++part) {
        V tile[W];
        for (int l = 0; l < W; ++l) tile[l] = (V)from[k + l].part[part];
        transpose(tile);
        for (int l = 0; l < W; ++l) store(out + (series + part * W + l) * j.width + i + k, tile[l]);
      }
  for (; k < count; ++k) {
    float* to = j.down ? out + (i + k) * j.width + series : out + series * j.width + i + k;
    const int64_t step = j.down ? 1 : j.width;
    for (int64_t l = 0; l < lanes; ++l) to[l * step] = flat[k * LANES + l];
  }
}

void median(const MedianJob& j, int64_t row, int64_t task, float* scratch) {
  const int64_t series = task % blocks_of(j) * LANES, first = task / blocks_of(j) * MEDIANS_PER_TASK;
  const int64_t left = length_of(j) - first, count = left < MEDIANS_PER_TASK ? left : MEDIANS_PER_TASK;
  const int64_t lanes = series_of(j) - series < LANES ? series_of(j) - series : LANES;
  Column* column = reinterpret_cast<Column*>(scratch);
  Column* registers = column + MEDIANS_PER_TASK + j.selection.count + j.size;
  const float* in = j.in + row * j.n * j.width;
  // in whole groups, of which the last may reach beyond the end
  const int64_t groups = (count + j.selection.count - 1) / j.selection.count;
  const int64_t needed = groups * j.selection.count + j.size - 1;
  if (j.down)
    gather(j, in, series, lanes, first - j.size / 2, needed, column);
  else
    gather_along(j, in, series, lanes, first - j.size / 2, needed, column);
  // a group's medians replace its first inputs, which no later group reads
  for (int64_t g = 0; g < groups * j.selection.count; g += j.selection.count)
    select(j.selection, column + g, registers, column + g);
  scatter(j, j.out + row * j.n * j.width, series, lanes, first, count, column);
}

}  // namespace
