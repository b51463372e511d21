// Means of chosen frames of a matrix, some columns at a time, which stay in registers.
#pragma once

#include "kernels/jobs.h"
#include "kernels/simd.h"

namespace {

using spectro::MeansJob;

constexpr int64_t MEANS_COLUMNS = 256;  // bytes

// Rows first .. last - 1 of the result; `packed` are the job's columns of all rows, MEANS_COLUMNS bytes a row.
template <class T>
void means(const MeansJob<T>& m, int64_t first, int64_t last, const T* packed) {
  typedef T X __attribute__((vector_size(4 * W)));
  typedef T XU __attribute__((vector_size(4 * W), aligned(sizeof(T)), may_alias));
  constexpr int64_t COLUMNS = MEANS_COLUMNS / int64_t(sizeof(T)), VECTORS = MEANS_COLUMNS / (4 * W);
  for (int64_t i = first; i < last; ++i) {
    const int64_t from = m.start[i], count = m.start[i + 1] - from;
    const T* row = packed + (count ? m.chosen[from] : i) * COLUMNS;
    X sum[VECTORS];
#pragma GCC unroll 16
    for (int v = 0; v < VECTORS; ++v) sum[v] = reinterpret_cast<const XU*>(row)[v];
    for (int64_t k = 1; k < count; ++k) {
      row = packed + m.chosen[from + k] * COLUMNS;
#pragma GCC unroll 16
      for (int v = 0; v < VECTORS; ++v) sum[v] += reinterpret_cast<const XU*>(row)[v];
    }
    T mean[COLUMNS];
    for (int v = 0; v < VECTORS; ++v) reinterpret_cast<XU*>(mean)[v] = sum[v] / T(count ? count : 1);
    __builtin_memcpy(m.out + i * m.width + m.column, mean, size_t(m.columns) * sizeof(T));
  }
}

}  // namespace
