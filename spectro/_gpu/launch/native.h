// What the two halves of the compiled part share.
#pragma once

#include <vector>

#include "mlx/array.h"

using Arrays = std::vector<mlx::core::array>;

// The same array with a primitive that can be mapped and differentiated forward.
mlx::core::array mappable(const mlx::core::array& launched);
