// Python's names for element-wise loops: they fill arrays that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <complex>

#include "primitives/bindings.h"
#include "primitives/plain.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

using Complex = std::complex<float>;

}  // namespace

void bind_plain(nb::module_& m) {
  m.def(
      "squares",
      [](Plain<const Complex, 1> x, Plain<float, 1> out) {
        nb::gil_scoped_release others_may_run;
        squares(reinterpret_cast<const float*>(x.data()), out.data(), int64_t(x.size()));
      },
      "x"_a, "out"_a);
  m.def(
      "phasors",
      [](Plain<const double, 3> turns, Plain<Complex, 3> out) {
        nb::gil_scoped_release others_may_run;
        phasors(turns.data(), reinterpret_cast<float*>(out.data()), int64_t(turns.shape(0)), int64_t(turns.shape(1)),
                int64_t(turns.shape(2)));
      },
      "turns"_a, "out"_a);
}

}  // namespace spectro
