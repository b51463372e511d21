#include "primitives/warping.h"

#include <algorithm>
#include <atomic>

#include "runtime/dispatch.h"
#include "runtime/pool.h"

namespace spectro {
namespace {

constexpr int64_t ROWS = 64;            // of a tile
constexpr int64_t FEW_CELLS = 1 << 14;  // that one thread fills before another wakes up

}  // namespace

// Tiles on a diagonal wait for those of the diagonals before, and not for each other.
bool warp(const WarpingJob& w) {
  const int64_t down = (w.rows + ROWS - 1) / ROWS, across = (w.columns + WARPING_COLUMNS - 1) / WARPING_COLUMNS;
  std::atomic<bool> nan{false};
  for (int64_t diagonal = 0; diagonal < down + across - 1 && !nan; ++diagonal) {
    const int64_t first = std::max<int64_t>(0, diagonal - across + 1), last = std::min(diagonal, down - 1);
    parallel(last - first + 1, w.rows * w.columns >= FEW_CELLS, [&](int64_t task) {
      const int64_t row = (first + task) * ROWS, column = (diagonal - first - task) * WARPING_COLUMNS;
      const Kernels& k = kernels();
      if (k.warp(w, row, std::min(row + ROWS, w.rows), column, scratch(k.warping_scratch(w)))) nan = true;
    });
  }
  return !nan;
}

void align(const RecurrenceJob& r) {
  for (int64_t row = 0; row < r.rows; ++row) kernels().align(r, row);
}

}  // namespace spectro
