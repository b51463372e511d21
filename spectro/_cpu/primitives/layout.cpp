#include "primitives/layout.h"

#include <numeric>

#include "runtime/memory.h"

namespace spectro {

bool is_dense(const array& x) {
  std::vector<int> dims(x.ndim());
  std::iota(dims.begin(), dims.end(), 0);
  std::sort(dims.begin(), dims.end(), [&](int a, int b) { return x.strides(a) < x.strides(b); });
  int64_t expected = 1;
  for (int d : dims) {
    if (x.shape(d) == 1) continue;
    if (x.strides(d) != expected) return false;
    expected *= x.shape(d);
  }
  return true;
}

Elements::Elements(const Arrays& in) {
  alike_ = is_dense(in[0]);
  for (const array& x : in) alike_ = alike_ && x.strides() == in[0].strides();
  for (const array& x : in) rows_.emplace_back(x, alike_ ? int(x.ndim()) : 1);
}

void Elements::allocate_alike(array& out) const {
  const array& x = rows_[0].held;
  if (!alike_ || x.flags().row_contiguous) return allocate(out);
  const bool column = x.flags().col_contiguous;
  give_memory(out, x.strides(), {.contiguous = true, .row_contiguous = false, .col_contiguous = column});
}

}  // namespace spectro
