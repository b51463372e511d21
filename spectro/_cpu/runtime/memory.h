// Memory of results.
//
// Fresh memory is handed out page by page on first touch, which for a large result costs more than computing it. MLX
// caches freed memory where it has a GPU; on a machine without one its cache is empty and fresh memory comes from the
// system. There, large pieces are kept when their arrays let them go, and serve the next result of about their size.
//
// MLX counts what is kept as active, since it knows of nothing else (`mx.get_active_memory`), and `mx.clear_cache` does
// not reach it: `clear_memory` does, `kept_memory` says how much it is, and it is never more than `kept_at_most`.
#pragma once

#include <cstddef>

#include "mlx/array.h"

namespace spectro {

// Gives `out` memory from MLX's allocator, with the given layout; a large piece starts on a large page.
void give_memory(mlx::core::array& out, mlx::core::Strides strides, mlx::core::array::Flags flags);

// Bytes kept for reuse now; and at most: a 64th of the machine's memory, never above 128 MiB, nothing beside a GPU.
size_t kept_memory();
size_t kept_at_most();

// Lets go of all that is kept.
void clear_memory();

}  // namespace spectro
