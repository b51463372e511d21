// Python's name for the energies of errors of prediction: it fills an array that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <vector>

#include "primitives/bindings.h"
#include "runtime/dispatch.h"
#include "runtime/schedule.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

constexpr int64_t ERRORS_PER_TASK = 1 << 15;

// Two sums of the errors of one signal of n samples, in parts that do not depend on the number of threads.
template <class T, class Kernel>
void energies(const PredictionJob<T>& job, int64_t n, int64_t floats, const Kernel& kernel, double* sums) {
  const int64_t errors = std::max<int64_t>(0, n - 1 - job.order);
  const int64_t tasks = (errors + ERRORS_PER_TASK - 1) / ERRORS_PER_TASK;
  std::vector<double> parts(size_t(2 * tasks), 0.0);
  parallel(tasks, errors >= SMALL, [&](int64_t i) {
    kernel(job, i * ERRORS_PER_TASK, std::min(errors, (i + 1) * ERRORS_PER_TASK), reinterpret_cast<T*>(scratch(floats)),
           &parts[size_t(2 * i)]);
  });
  sums[0] = sums[1] = 0;
  for (size_t i = 0; i < parts.size(); ++i) sums[i % 2] += parts[i];
}

// x (rows, n), reflections (rows, order) -> sums (rows, 2).
template <class T, class Kernel>
void of_rows(Plain<const T, 2> x, Plain<const T, 2> reflections, Plain<double, 2> sums,
             int64_t (*floats_of)(const PredictionJob<T>&), const Kernel& kernel) {
  nb::gil_scoped_release others_may_run;
  const int64_t n = int64_t(x.shape(1)), order = int64_t(reflections.shape(1));
  for (int64_t row = 0; row < int64_t(x.shape(0)); ++row) {
    const PredictionJob<T> job{x.data() + row * n, reflections.data() + row * order, order};
    energies(job, n, floats_of(job) * int64_t(sizeof(T) / sizeof(float)), kernel, sums.data() + 2 * row);
  }
}

}  // namespace

void bind_prediction(nb::module_& m) {
  m.def(
      "prediction",
      [](Plain<const float, 2> x, Plain<const float, 2> reflections, Plain<double, 2> sums) {
        of_rows<float>(x, reflections, sums, kernels().single_prediction_scratch, kernels().single_prediction);
      },
      "x"_a, "reflections"_a, "sums"_a);
  m.def(
      "prediction",
      [](Plain<const double, 2> x, Plain<const double, 2> reflections, Plain<double, 2> sums) {
        of_rows<double>(x, reflections, sums, kernels().double_prediction_scratch, kernels().double_prediction);
      },
      "x"_a, "reflections"_a, "sums"_a);
}

}  // namespace spectro
