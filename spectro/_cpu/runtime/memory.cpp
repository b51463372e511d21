#include "runtime/memory.h"

#include <cstdint>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace spectro {
namespace {

namespace allocator = mlx::core::allocator;
using allocator::Buffer;

constexpr size_t LARGE = 1 << 21, KEPT_AT_MOST = size_t(1) << 28;

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
    while (total_ > KEPT_AT_MOST) {
      total_ -= pieces_.back().bytes;
      allocator::allocator().free(pieces_.back().buffer);
      pieces_.pop_back();
    }
  }

 private:
  struct Piece {
    Buffer buffer;
    size_t bytes;
  };

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

}  // namespace spectro
