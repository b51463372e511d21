// Python's name for the differences of frames from themselves: it fills an array that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "primitives/bindings.h"
#include "runtime/dispatch.h"
#include "runtime/fft_plans.h"
#include "runtime/schedule.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

// The least size of at least n whose FFT is quick.
int64_t quick_size(int64_t n) {
  int64_t best = power_of_two(n);
  for (int64_t odd : {3, 5, 9, 15}) {
    const int64_t size = odd * power_of_two((n + odd - 1) / odd);
    if (size < best) best = size;
  }
  return best;
}

void fill(const float* samples, int64_t channels, int64_t length, int64_t frames, int64_t n, int64_t hop, int64_t first,
          int64_t last, float* out) {
  const auto real = real_fft_plan(2 * quick_size(n + last));  // whose complex half it is
  const Kernels& k = kernels();
  const PeriodsJob job{&real->fft, samples, channels, length, frames, n, hop, first, last, out};
  const int64_t block = 2 * k.lanes, count = channels * frames;
  parallel((count + block - 1) / block, count * n >= SMALL,
           [&](int64_t i) { k.periods(job, i, scratch(k.periods_scratch(job))); });
}

void correlate(const float* samples, const float* window, int64_t channels, int64_t frames, int64_t n, bool norm,
               float* out) {
  const auto real = real_fft_plan(2 * quick_size(2 * n - 1));
  const Kernels& k = kernels();
  const CorrelationsJob job{&real->fft, samples, window, channels, frames, n, norm, out};
  const int64_t block = 2 * k.lanes, count = channels * frames;
  parallel((count + block - 1) / block, count * n >= SMALL,
           [&](int64_t i) { k.correlations(job, i, scratch(k.correlations_scratch(job))); });
}

}  // namespace

void bind_periods(nb::module_& m) {
  m.def(
      "periods",
      [](Plain<const float, 2> samples, int64_t n, int64_t hop, int64_t first, Plain<float, 3> out) {
        nb::gil_scoped_release others_may_run;
        const int64_t lags = int64_t(out.shape(2));
        fill(samples.data(), int64_t(samples.shape(0)), int64_t(samples.shape(1)), int64_t(out.shape(1)), n, hop, first,
             first + lags - 1, out.data());
      },
      "samples"_a, "n"_a, "hop"_a, "first"_a, "out"_a);
  m.def(
      "correlations",
      [](Plain<const float, 2> samples, Plain<const float, 1> window, bool norm, Plain<float, 3> out) {
        nb::gil_scoped_release others_may_run;
        correlate(samples.data(), window.data(), int64_t(out.shape(0)), int64_t(out.shape(1)), int64_t(out.shape(2)),
                  norm, out.data());
      },
      "samples"_a, "window"_a, "norm"_a, "out"_a);
}

}  // namespace spectro
