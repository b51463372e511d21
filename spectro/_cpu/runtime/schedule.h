// Handing work to a CPU stream, as MLX's own operations do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "mlx/backend/cpu/encoder.h"
#include "mlx/stream.h"
#include "runtime/pool.h"

namespace spectro {

// Whether this thread computes what it is handed, instead of handing it on.
inline thread_local bool computes_at_once = false;

template <class Function>
void schedule(mlx::core::Stream s, Function f) {
  if (computes_at_once) return f();
  mlx::core::cpu::get_command_encoder(s).dispatch(std::move(f));
}

// Below this many samples the threads' wake-up costs more than they save. Tuned on two AMD cores, Linux, 2026-11.
constexpr int64_t SMALL = 1 << 18;

// Splits `count` items into tasks of `grain` and runs them.
template <class Function>
void parallel_ranges(int64_t count, int64_t grain, bool threaded, Function f) {
  parallel((count + grain - 1) / grain, threaded, [&](int64_t i) { f(i * grain, std::min(count, (i + 1) * grain)); });
}

}  // namespace spectro
