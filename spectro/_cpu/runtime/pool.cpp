#include "runtime/pool.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

#include "runtime/cores.h"

namespace spectro {
namespace {

thread_local bool in_task = false;  // of any region

// One call of `parallel`: its indices are handed out one by one.
struct Region {
  Region(const Task& task, int64_t count) : task(&task), count(count) {}

  const Task* task;
  int64_t count;
  std::atomic<int64_t> next{0};
  int helpers = 0;  // workers inside, under the pool's mutex
  std::mutex error_mutex;
  std::exception_ptr error;

  bool exhausted() const { return next.load(std::memory_order_relaxed) >= count; }

  void work() {
    in_task = true;
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) {
      try {
        (*task)(i);
      } catch (...) {
        next.store(count, std::memory_order_relaxed);
        std::lock_guard lock(error_mutex);
        if (!error) error = std::current_exception();
      }
    }
    in_task = false;
  }
};

class Pool {
 public:
  void run(Region& region, bool threaded) {
    std::unique_lock lock(mutex_);
    permit_.wait(lock, [&] { return active_ < limit(); });
    ++active_;
    const bool shared = threaded && limit() > 1;
    if (shared) {
      start_workers();
      regions_.push_back(&region);
      wake_.notify_all();
    }
    lock.unlock();
    region.work();
    lock.lock();
    if (shared) {
      regions_.remove(&region);
      left_.wait(lock, [&] { return region.helpers == 0; });
    }
    --active_;
    permit_.notify_one();
    wake_.notify_one();
  }

  void set_limit(int count) {
    std::lock_guard lock(mutex_);
    limit_ = count;
    permit_.notify_all();
  }

  int limit_now() {
    std::lock_guard lock(mutex_);
    return limit();
  }

 private:
  int limit() {
    if (limit_ == 0) limit_ = cores();
    return limit_;
  }

  void start_workers() {
    try {
      for (; workers_ < limit() - 1; ++workers_) std::thread([this] { serve(); }).detach();
    } catch (const std::system_error&) {  // no more threads to be had: those that run, and the caller, do the work
    }
  }

  Region* waiting() {
    for (Region* region : regions_)
      if (!region->exhausted()) return region;
    return nullptr;
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      Region* region = nullptr;
      wake_.wait(lock, [&] { return active_ < limit() && (region = waiting()); });
      ++active_;
      ++region->helpers;
      lock.unlock();
      region->work();
      lock.lock();
      --active_;
      if (--region->helpers == 0) left_.notify_all();
      permit_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, permit_, left_;
  std::list<Region*> regions_;
  int limit_ = 0, active_ = 0, workers_ = 0;
};

// The pool is never destroyed: its threads may outlive static destruction. A forked child, which has none of them,
// gets a new one.
std::atomic<Pool*> current{nullptr};

Pool& pool() {
  static const bool installed = [] {
    current = new Pool;
#if defined(__unix__) || defined(__APPLE__)
    pthread_atfork(nullptr, nullptr, [] { current = new Pool; });
#endif
    return true;
  }();
  (void)installed;
  return *current;
}

constexpr size_t ALIGNMENT = 64;  // of the widest vectors

struct AlignedDelete {
  void operator()(float* p) const { ::operator delete[](p, std::align_val_t(ALIGNMENT)); }
};

}  // namespace

void parallel(int64_t count, bool threaded, const Task& task) {
  if (count <= 0) return;
  if (in_task) {
    for (int64_t i = 0; i < count; ++i) task(i);
    return;
  }
  Region region(task, count);
  pool().run(region, threaded && count > 1);
  if (region.error) std::rethrow_exception(region.error);
}

void set_threads(int count) { pool().set_limit(count); }
int threads() { return pool().limit_now(); }

float* scratch(int64_t floats) {
  thread_local std::unique_ptr<float[], AlignedDelete> memory;
  thread_local int64_t size = 0;
  constexpr int64_t AMPLE = 1 << 20;  // floats: less is not worth giving back
  if (floats > size || size > 8 * floats + AMPLE) {
    memory.reset();
    size = 0;
    try {
      memory.reset(static_cast<float*>(::operator new[](size_t(floats) * sizeof(float), std::align_val_t(ALIGNMENT))));
    } catch (const std::bad_alloc&) {
      throw std::runtime_error("[spectro] unable to allocate " + std::to_string(size_t(floats) * sizeof(float)) +
                               " bytes of scratch memory");
    }
    size = floats;
  }
  return memory.get();
}

}  // namespace spectro
