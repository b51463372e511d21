#include "primitives/plain.h"

#include <algorithm>

#include "kernels/simd.h"
#include "runtime/pool.h"

namespace spectro {
namespace {

constexpr int64_t PER_TASK = 1 << 16, SMALL = 1 << 15;  // values
constexpr int64_t TILE = 32;                            // rows and columns that are turned around at a time

// Cosines and sines of parts of a turn, computed in doubles: an octant by its Taylor series, the rest by symmetry.
void unit_circle(const double* turns, int64_t n, float* cosine, float* sine) {
  for (int64_t i = 0; i < n; ++i) {
    const int quarter = int(4 * turns[i] + 0.5);
    const double x = 6.283185307179586 * (turns[i] - 0.25 * quarter), q = x * x;
    const double s =
        x * (1 + q * (-1 / 6. + q * (1 / 120. + q * (-1 / 5040. + q * (1 / 362880. - q * (1 / 39916800.))))));
    const double c =
        1 - q * (0.5 - q * (1 / 24. - q * (1 / 720. - q * (1 / 40320. - q * (1 / 3628800. - q / 479001600.)))));
    const double a = quarter & 1 ? s : c, b = quarter & 1 ? c : s;
    cosine[i] = float((quarter + 1) & 2 ? -a : a);
    sine[i] = float(quarter & 2 ? -b : b);
  }
}

}  // namespace

void squares(const float* pairs, float* out, int64_t n) {
  parallel((n + PER_TASK - 1) / PER_TASK, n >= SMALL, [=](int64_t task) {
    const int64_t last = std::min(n, (task + 1) * PER_TASK);
    int64_t i = task * PER_TASK;
    for (; i + W <= last; i += W) {
      const V a = load(pairs + 2 * i), b = load(pairs + 2 * i + W), c = rounded(a * a), d = rounded(b * b);
      store(out + i, __builtin_shufflevector(c, d, 0, 2, 4, 6) + __builtin_shufflevector(c, d, 1, 3, 5, 7));
    }
    for (; i < last; ++i) {
      const float re = pairs[2 * i], im = pairs[2 * i + 1];
      out[i] = rounded(splat(re * re))[0] + rounded(splat(im * im))[0];
    }
  });
}

template <class T>
void squares_of(const T* x, T* out, int64_t n) {
  parallel((n + PER_TASK - 1) / PER_TASK, n >= SMALL, [=](int64_t task) {
    const int64_t last = std::min(n, (task + 1) * PER_TASK);
    for (int64_t i = task * PER_TASK; i < last; ++i) out[i] = x[i] * x[i];
  });
}

template void squares_of(const float*, float*, int64_t);
template void squares_of(const double*, double*, int64_t);

void phasors(const double* turns, float* pairs, int64_t count, int64_t rows, int64_t columns) {
  const int64_t strips = (columns + TILE - 1) / TILE;
  parallel(count * strips, count * rows * columns >= SMALL, [=](int64_t task) {
    const int64_t from = task % strips * TILE, width = std::min(TILE, columns - from);
    const double* in = turns + task / strips * rows * columns + from;
    float* out = pairs + 2 * (task / strips * columns + from) * rows;
    float cosine[TILE][TILE], sine[TILE][TILE];
    for (int64_t first = 0; first < rows; first += TILE) {
      const int64_t height = std::min(TILE, rows - first);
      for (int64_t r = 0; r < height; ++r) unit_circle(in + (first + r) * columns, width, cosine[r], sine[r]);
      for (int64_t c = 0; c < width; ++c)
        for (int64_t r = 0; r < height; ++r) {
          out[2 * (c * rows + first + r)] = cosine[r][c];
          out[2 * (c * rows + first + r) + 1] = sine[r][c];
        }
    }
  });
}

}  // namespace spectro
