// Plain loops of recurrence and segmentation over memory that the caller owns. They know nothing of MLX or Python.
#pragma once

#include <cstdint>

namespace spectro {

enum class Difference { SQUARED, ABSOLUTE, LARGEST };

// Sums, or the largest, of differences of features: points (rows, features), others (features, columns) -> out (rows,
// columns). Features are added one by one, in double precision, as a tree of neighbors adds them.
template <class T>
void differences(const T* points, const T* others, double* out, int64_t rows, int64_t columns, int64_t features,
                 Difference kind);

// The places and values of the `count` smallest of each row, in ascending order, of equal ones the first:
// values (rows, columns) -> place, smallest (rows, count). Row i may not choose place first + i, if first >= 0.
void smallest(const double* values, int32_t* place, double* smallest, int64_t rows, int64_t columns, int64_t count,
              int64_t first);

enum class Gather { MEAN, MEDIAN, AVERAGE };

// The mean or median of some rows of S (n, width) for each row of out (n, width): those of `chosen` from start[i] to
// start[i + 1]; or their average by weight, in double precision. A row for which none is chosen stays as it is.
template <class T>
void gather(const T* S, const int64_t* start, const int32_t* chosen, const double* weight, T* out, int64_t n,
            int64_t width, Gather kind);

// Joins neighboring frames of S (n, width), always the two groups whose variance within grows least, until `groups`
// are left: starts[i] is false where frame i went to the group before it.
void join_neighbors(const double* S, bool* starts, int64_t n, int64_t width, int64_t groups);

}  // namespace spectro
