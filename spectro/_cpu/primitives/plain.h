// Element-wise loops over plain memory.
#pragma once

#include <cstdint>

namespace spectro {

// Squared magnitudes of n complex numbers: rounded products, then their sum.
void squares(const float* pairs, float* out, int64_t n);

// Squares of n real numbers.
template <class T>
void squares_of(const T* x, T* out, int64_t n);

// Unit complex numbers (count, columns, rows) of parts of a turn (count, rows, columns) in [0, 1): turned around.
void phasors(const double* turns, float* pairs, int64_t count, int64_t rows, int64_t columns);

}  // namespace spectro
