// Arrays of one shape taken element by element, in the order in which they lie.
#pragma once

#include <algorithm>
#include <utility>

#include "primitives/primitive.h"
#include "runtime/dispatch.h"

namespace spectro {

// Whether the elements fill a piece of memory, in whatever order of the dimensions.
bool is_dense(const array& x);

// The elements of arrays: one run of all where the arrays are dense and lie alike, else a run for each row.
class Elements {
 public:
  explicit Elements(const Arrays& in);

  // Has the output lie in memory as the arrays do, if they lie alike.
  void allocate_alike(array& out) const;

  // Calls f(places, steps, first place in the output, count): where a run begins in each array, and how it goes on.
  template <class F>
  void each(F f) const {
    const int64_t size = int64_t(rows_[0].held.size()), n = alike_ ? size : rows_[0].held.shape(-1);
    const int64_t pieces = (n + PIECE - 1) / PIECE, grain = std::max<int64_t>(1, PIECE / n);
    parallel_ranges(size / n * pieces, grain, size >= SMALL, [&](int64_t first, int64_t last) {
      std::vector<int64_t> places(rows_.size()), steps(rows_.size());
      for (int64_t i = first; i < last; ++i) {
        const int64_t row = i / pieces, from = i % pieces * PIECE;
        for (size_t k = 0; k < rows_.size(); ++k) {
          steps[k] = alike_ ? 1 : rows_[k].stride(1);
          places[k] = rows_[k].offsets[size_t(row)] + from * steps[k];
        }
        f(places, steps, row * n + from, std::min(PIECE, n - from));
      }
    });
  }
  template <class T>
  const T* data(size_t k) const {
    return rows_[k].held.data<T>();
  }

 private:
  static constexpr int64_t PIECE = 1 << 14;

  bool alike_;
  std::vector<Rows> rows_;
};

}  // namespace spectro
