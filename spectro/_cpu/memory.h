// Memory of results.
#pragma once

#include "mlx/array.h"

namespace spectro {

// Memory for a result, from MLX's allocator. Large pieces are kept for the next result when they are let go: fresh
// memory is handed out page by page on first touch, which for a large result costs more than computing it.
mlx::core::allocator::Data new_memory(size_t bytes);

}  // namespace spectro
