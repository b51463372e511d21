#include "runtime/memory.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "mlx/allocator.h"
#include "mlx/device.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace spectro {
namespace {

namespace allocator = mlx::core::allocator;
using allocator::Buffer;

constexpr size_t LARGE = 1 << 21;  // bytes of a result from which on it is worth keeping
constexpr size_t SHARE = 64, LIMIT = size_t(1) << 27;
constexpr uintptr_t PAGE = 1 << 21;

// Bytes from the start of a piece to its first large page.
size_t to_page(Buffer buffer) { return (PAGE - reinterpret_cast<uintptr_t>(buffer.raw_ptr()) % PAGE) % PAGE; }

void prefer_large_pages([[maybe_unused]] Buffer buffer, [[maybe_unused]] size_t bytes) {
#ifdef __linux__
  char* first = static_cast<char*>(buffer.raw_ptr()) + to_page(buffer);
  if (bytes >= PAGE) madvise(first, bytes / PAGE * PAGE, MADV_HUGEPAGE);
#endif
}

// Memory for a result, and room to start it on a large page.
Buffer fresh(size_t result) {
  const Buffer buffer = allocator::allocator().malloc(result + PAGE);
  if (!buffer.ptr())
    throw std::runtime_error("[spectro] unable to allocate " + std::to_string(result) + " bytes for a result");
  prefer_large_pages(buffer, result);
  return buffer;
}

class Shelf {
 public:
  Buffer take(size_t result) {
    const size_t bytes = result + PAGE;
    {
      std::lock_guard lock(mutex_);
      for (auto it = pieces_.begin(); it != pieces_.end(); ++it) {
        if (it->bytes < bytes || it->bytes > bytes + bytes / 8) continue;
        const Buffer buffer = it->buffer;
        total_ -= it->bytes;
        pieces_.erase(it);
        return buffer;
      }
    }
    return fresh(result);
  }

  void put(Buffer buffer) noexcept {
    std::lock_guard lock(mutex_);
    try {
      pieces_.push_front({buffer, allocator::allocator().size(buffer)});
    } catch (const std::bad_alloc&) {
      return allocator::allocator().free(buffer);
    }
    total_ += pieces_.front().bytes;
    shrink(kept_at_most());
  }

  void clear() {
    std::lock_guard lock(mutex_);
    shrink(0);
  }

  size_t total() {
    std::lock_guard lock(mutex_);
    return total_;
  }

 private:
  struct Piece {
    Buffer buffer;
    size_t bytes;
  };

  void shrink(size_t bytes) {
    while (total_ > bytes) {
      total_ -= pieces_.back().bytes;
      allocator::allocator().free(pieces_.back().buffer);
      pieces_.pop_back();
    }
  }

  std::mutex mutex_;
  std::list<Piece> pieces_;  // most recent first
  size_t total_ = 0;
};

Shelf& shelf() {
  static Shelf* kept = new Shelf;  // results may be let go after static destruction
  return *kept;
}

}  // namespace

void give_memory(mlx::core::array& out, mlx::core::Strides strides, mlx::core::array::Flags flags) {
  const size_t bytes = out.nbytes();
  if (bytes < LARGE) return out.set_data(allocator::malloc(bytes), out.size(), std::move(strides), flags);
  const Buffer buffer = shelf().take(bytes);
  allocator::Data data(buffer, [](Buffer b) { shelf().put(b); });
  out.set_data(std::move(data), out.size(), std::move(strides), flags, int64_t(to_page(buffer)));
}

size_t kept_memory() { return shelf().total(); }
void clear_memory() { shelf().clear(); }

size_t kept_at_most() {
  static const size_t bytes = [] {
    if (mlx::core::is_available(mlx::core::Device::gpu)) return size_t(0);
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? std::min(size_t(pages) * size_t(page) / SHARE, LIMIT) : LIMIT;
  }();
  return bytes;
}

}  // namespace spectro
