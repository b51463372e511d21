// What C++ has to know of MLX's traces. `tracing.py` beside this file says why.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "mlx/ops.h"
#include "mlx/primitives.h"

namespace spectro {

// What a primitive of ours adds to its name: MLX quotes it when mx.export_function meets one, which it cannot write. It
// quotes up to the first space, so these are no-break ones.
#define EXPORT_HINT ";\u00a0export\u00a0inside\u00a0spectro.use_backend('reference')"

// Whether arrays stand for arrays of any size. In such a trace MLX keeps sums that are none, as it does not know sizes.
inline bool sizes_are_open(const std::vector<mlx::core::array>& arrays) {
  namespace mx = mlx::core;
  if (std::none_of(arrays.begin(), arrays.end(), [](auto& a) { return a.is_tracer(); })) return false;
  auto sum = mx::sum(mx::array(mx::Shape{1}, mx::float32, nullptr, {}), std::vector<int>{0}, true);
  return sum.has_primitive() && std::string_view(sum.primitive().name()) == "Sum";
}

}  // namespace spectro
