#include "memory.h"

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

constexpr size_t LARGE = 1 << 20, KEPT_AT_MOST = size_t(1) << 28;

void prefer_large_pages([[maybe_unused]] Buffer buffer, [[maybe_unused]] size_t bytes) {
#ifdef __linux__
  constexpr uintptr_t PAGE = 1 << 21;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(buffer.raw_ptr());
  const uintptr_t first = (begin + PAGE - 1) / PAGE * PAGE, last = (begin + bytes) / PAGE * PAGE;
  if (last > first) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

Buffer fresh(size_t bytes) {
  const Buffer buffer = allocator::allocator().malloc(bytes);
  if (!buffer.ptr() && bytes > 0)
    throw std::runtime_error("[spectro] unable to allocate " + std::to_string(bytes) + " bytes for a result");
  return buffer;
}

class Shelf {
 public:
  Buffer take(size_t bytes) {
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
    const Buffer buffer = fresh(bytes);
    prefer_large_pages(buffer, bytes);
    return buffer;
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

allocator::Data new_memory(size_t bytes) {
  if (bytes < LARGE) return allocator::malloc(bytes);
  return {shelf().take(bytes), [](Buffer buffer) { shelf().put(buffer); }};
}

}  // namespace spectro
