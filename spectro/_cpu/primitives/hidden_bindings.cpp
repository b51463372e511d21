// Python's names for hidden states: they fill arrays that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "primitives/bindings.h"
#include "primitives/hidden.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {

void bind_hidden(nb::module_& m) {
  m.def(
      "decode",
      [](Plain<const int64_t, 1> runs, Plain<const int64_t, 2> run, Plain<const double, 1> ways, double longest,
         Plain<const double, 3> seen, Plain<const double, 1> start, Plain<int32_t, 2> path, Plain<double, 1> score) {
        nb::gil_scoped_release others_may_run;
        decode({int64_t(seen.shape(2)), runs.data(), run.data(), ways.data(), longest}, seen.data(), start.data(),
               int64_t(seen.shape(0)), int64_t(seen.shape(1)), path.data(), score.data());
      },
      "runs"_a, "run"_a, "ways"_a, "longest"_a, "seen"_a, "start"_a, "path"_a, "score"_a);
}

}  // namespace spectro
