// One pool of threads for the process. The caller of `parallel` works too; callers and workers together never
// compute on more threads than the limit, however many call at once.
#pragma once

#include <cstdint>
#include <functional>

namespace spectro {

using Task = std::function<void(int64_t index)>;

// Runs task(0) .. task(count - 1), on several threads when `threaded`; rethrows the first exception after all ended.
// Called from within a task it runs them on the calling thread, one after the other: a thread that computes already
// must not wait for the permission to compute.
void parallel(int64_t count, bool threaded, const Task& task);

// The number of threads: 0 means the cores that the process may use.
void set_threads(int count);
int threads();

// Memory of this thread for `floats` values, aligned for any vector; valid until its next call, and so until the next
// task.
float* scratch(int64_t floats);

}  // namespace spectro
