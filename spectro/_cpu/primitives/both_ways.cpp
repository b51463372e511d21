// Energies of the bands of a bank of filters over signals in plain memory, forwards and backwards.
#include "primitives/both_ways.h"

#include <nanobind/ndarray.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "runtime/dispatch.h"
#include "runtime/pool.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

template <class T, int Dims>
using Values = nb::ndarray<const T, nb::ndim<Dims>, nb::c_contig, nb::device::cpu>;
using Energies = nb::ndarray<float, nb::ndim<3>, nb::c_contig, nb::device::cpu>;

// Values of some filters, of `count` each, side by side; the last filter stands in for those that are not there.
std::vector<double> side_by_side(const double* values, int64_t count, int64_t first, int64_t last, int64_t lanes) {
  std::vector<double> out(size_t(count * lanes));
  for (int64_t i = 0; i < count; ++i)
    for (int64_t l = 0; l < lanes; ++l) out[size_t(i * lanes + l)] = values[std::min(first + l, last - 1) * count + i];
  return out;
}

// x (rows, n); coefficients (filters, sections, 2 order + 1), those of x before those of y but the first, which is 1;
// settled (filters, sections, order); start (frames,) -> out (rows, filters, frames).
void band_energies(const Values<float, 2>& x, const Values<double, 3>& coefficients, const Values<double, 3>& settled,
                   int64_t edge, int64_t settling, const Values<int64_t, 1>& start, int64_t width,
                   const Energies& out) {
  const int64_t rows = int64_t(x.shape(0)), n = int64_t(x.shape(1)), filters = int64_t(coefficients.shape(0));
  const int64_t frames = int64_t(start.shape(0));
  const int sections = int(settled.shape(1)), order = int(settled.shape(2));
  const Kernels& k = kernels();
  const int64_t lanes = k.both_ways_lanes, groups = (filters + lanes - 1) / lanes;
  const nb::gil_scoped_release others_may_run;
  parallel(rows * groups, true, [&](int64_t task) {
    const int64_t row = task / groups, first = task % groups * lanes, last = std::min(filters, first + lanes);
    const auto taps = side_by_side(coefficients.data(), sections * (2 * order + 1), first, last, lanes);
    const auto states = side_by_side(settled.data(), sections * order, first, last, lanes);
    const BothWaysJob job{x.data() + row * n,
                          n,
                          edge,
                          settling,
                          int(last - first),
                          sections,
                          order,
                          taps.data(),
                          states.data(),
                          start.data(),
                          frames,
                          width,
                          out.data() + (row * filters + first) * frames};
    const auto between = std::make_unique_for_overwrite<float[]>(size_t(k.both_ways_scratch(job)));
    k.both_ways(job, between.get());
  });
}

}  // namespace

void bind_both_ways(nb::module_& m) {
  m.def("band_energies", &band_energies, "x"_a, "coefficients"_a, "settled"_a, "edge"_a, "settling"_a, "start"_a,
        "width"_a, "out"_a);
}

}  // namespace spectro
