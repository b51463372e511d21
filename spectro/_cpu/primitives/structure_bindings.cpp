// Python's names for the plain loops of recurrence and segmentation: they fill arrays that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "primitives/bindings.h"
#include "primitives/structure.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

template <class T>
void bind_of(nb::module_& m) {
  m.def(
      "differences",
      [](Plain<const T, 2> points, Plain<const T, 2> others, Plain<double, 2> out, int kind) {
        nb::gil_scoped_release others_may_run;
        differences(points.data(), others.data(), out.data(), int64_t(points.shape(0)), int64_t(others.shape(1)),
                    int64_t(points.shape(1)), Difference(kind));
      },
      "points"_a, "others"_a, "out"_a, "kind"_a);
  m.def(
      "gather",
      [](Plain<const T, 2> S, Plain<const int64_t, 1> start, Plain<const int32_t, 1> chosen,
         Plain<const double, 1> weight, Plain<T, 2> out, int kind) {
        nb::gil_scoped_release others_may_run;
        gather(S.data(), start.data(), chosen.data(), weight.data(), out.data(), int64_t(S.shape(0)),
               int64_t(S.shape(1)), Gather(kind));
      },
      "S"_a, "start"_a, "chosen"_a, "weight"_a, "out"_a, "kind"_a);
}

}  // namespace

void bind_structure(nb::module_& m) {
  bind_of<float>(m);
  bind_of<double>(m);
  m.def(
      "smallest",
      [](Plain<const double, 2> values, Plain<int32_t, 2> place, Plain<double, 2> least, int64_t first) {
        nb::gil_scoped_release others_may_run;
        smallest(values.data(), place.data(), least.data(), int64_t(values.shape(0)), int64_t(values.shape(1)),
                 int64_t(place.shape(1)), first);
      },
      "values"_a, "place"_a, "least"_a, "first"_a);
  m.def(
      "join_neighbors",
      [](Plain<const double, 2> S, Plain<bool, 1> starts, int64_t groups) {
        nb::gil_scoped_release others_may_run;
        join_neighbors(S.data(), starts.data(), int64_t(S.shape(0)), int64_t(S.shape(1)), groups);
      },
      "S"_a, "starts"_a, "groups"_a);
}

}  // namespace spectro
