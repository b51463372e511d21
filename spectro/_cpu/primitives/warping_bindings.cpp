// Python's names for warping paths and alignments: they fill arrays that Python made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <tuple>
#include <vector>

#include "primitives/bindings.h"
#include "primitives/warping.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

template <class T>
using Matrix = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Given = std::optional<Matrix<const double>>;
using Norms = std::optional<nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>>;
using Steps = std::vector<std::tuple<int64_t, int64_t, double, double, double>>;

}  // namespace

void bind_warping(nb::module_& m) {
  m.def(
      "warp",
      [](const Given& costs, const Given& left, const Given& right, int distance, const Norms& left_norms,
         const Norms& right_norms, const std::tuple<int64_t, int64_t>& band, bool anywhere, const Steps& steps,
         Matrix<double> total, Matrix<int32_t> chosen) {
        std::vector<WarpingStep> list;
        for (const auto& [rows, columns, number, factor, constant] : steps)
          list.push_back({rows, columns, number, factor, constant});
        const WarpingJob job{.rows = int64_t(total.shape(0)),
                             .columns = int64_t(total.shape(1)),
                             .features = left ? int64_t(left->shape(1)) : 0,
                             .costs = costs ? costs->data() : nullptr,
                             .left = left ? left->data() : nullptr,
                             .right = right ? right->data() : nullptr,
                             .distance = Distance(distance),
                             .left_norms = left_norms ? left_norms->data() : nullptr,
                             .right_norms = right_norms ? right_norms->data() : nullptr,
                             .above = std::get<0>(band),
                             .below = std::get<1>(band),
                             .anywhere = anywhere,
                             .step = list.data(),
                             .steps = int64_t(list.size()),
                             .total = total.data(),
                             .chosen = chosen.data()};
        nb::gil_scoped_release others_may_run;
        return warp(job);
      },
      "costs"_a.none(), "left"_a.none(), "right"_a.none(), "distance"_a, "left_norms"_a.none(), "right_norms"_a.none(),
      "band"_a, "anywhere"_a, "steps"_a, "total"_a, "chosen"_a);
  m.def(
      "align",
      [](Matrix<const double> similarity, double onset, double extend, bool knight, bool single, Matrix<double> score,
         Matrix<int8_t> chosen) {
        nb::gil_scoped_release others_may_run;
        align({.rows = int64_t(score.shape(0)),
               .columns = int64_t(score.shape(1)),
               .similarity = similarity.data(),
               .onset = onset,
               .extend = extend,
               .knight = knight,
               .single = single,
               .score = score.data(),
               .chosen = chosen.data()});
      },
      "similarity"_a, "onset"_a, "extend"_a, "knight"_a, "single"_a, "score"_a, "chosen"_a);
}

}  // namespace spectro
