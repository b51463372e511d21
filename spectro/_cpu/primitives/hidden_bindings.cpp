// Python's names for hidden states: they fill arrays that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>

#include <optional>

#include "primitives/bindings.h"
#include "primitives/hidden.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {

void bind_hidden(nb::module_& m) {
  using Seen3 = nb::ndarray<const double, nb::ndim<3>, nb::device::cpu>;  // however it lies
  m.def(
      "decode",
      [](Plain<const int64_t, 1> runs, Plain<const int64_t, 2> run, Plain<const double, 1> ways, double longest,
         const Seen3& seen, bool probabilities, const std::optional<Plain<const double, 1>>& share,
         Plain<const double, 1> start, bool begun, int64_t state, Plain<int32_t, 2> path, Plain<double, 1> score,
         Plain<double, 2> last) {
        nb::gil_scoped_release others_may_run;
        decode({int64_t(seen.shape(2)), runs.data(), run.data(), ways.data(), longest},
               {seen.data(), seen.stride(0), seen.stride(1), seen.stride(2), probabilities,
                share ? share->data() : nullptr},
               {start.data(), begun, state}, int64_t(seen.shape(0)), int64_t(seen.shape(1)), path.data(), score.data(),
               last.data());
      },
      "runs"_a, "run"_a, "ways"_a, "longest"_a, "seen"_a, "probabilities"_a, "share"_a.none(), "start"_a, "begun"_a,
      "state"_a, "path"_a, "score"_a, "last"_a);
}

}  // namespace spectro
