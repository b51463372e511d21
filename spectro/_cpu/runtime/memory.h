// Memory of results.
#pragma once

#include "mlx/array.h"

namespace spectro {

// Gives `out` memory from MLX's allocator, with the given layout. Large pieces start on a large page, and are kept for
// the next result when they are let go: fresh memory is handed out page by page on first touch, which for a large
// result costs more than computing it.
void give_memory(mlx::core::array& out, mlx::core::Strides strides, mlx::core::array::Flags flags);

}  // namespace spectro
