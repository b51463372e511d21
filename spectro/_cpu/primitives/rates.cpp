// Halved and doubled sampling rates: a symmetric filter, and its transpose.
#include <algorithm>

#include "primitives/primitive.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t SAMPLES_PER_TASK = 1 << 13;  // of the lower rate

// Rows lie one after the other.
template <class Run>
void each_run(const RatePlan& plan, const array& in, int64_t n_out, int64_t count, float* out, Run run) {
  const int64_t n = in.shape(-1), rows = n ? int64_t(in.size()) / n : 0;
  const int64_t tasks = (count + SAMPLES_PER_TASK - 1) / SAMPLES_PER_TASK;
  parallel_ranges(rows * tasks, 1, int64_t(in.size()) >= SMALL, [&](int64_t from, int64_t to) {
    for (int64_t task = from; task < to; ++task) {
      const int64_t row = task / tasks, first = task % tasks * SAMPLES_PER_TASK;
      const RateJob job{plan.taps->even.data(),
                        plan.taps->odd.data(),
                        int64_t(plan.taps->even.size()),
                        int64_t(plan.taps->odd.size()),
                        in.data<float>() + row * n,
                        n,
                        out + row * n_out,
                        n_out};
      run(job, first, std::min(first + SAMPLES_PER_TASK, count));
    }
  });
}

class Halved : public Planned<Halved, LinearPrimitive, RatePlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroHalved, "halved")
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {plan_.length}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, y = array::unsafe_weak_copy(in[0])](float* to) {
      each_run(plan, y, plan.length, plan.length, to, [](const RateJob& job, int64_t first, int64_t last) {
        kernels().halved(job, first, last, scratch(kernels().halved_scratch(job, last - first)));
      });
    });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {doubled({plan_.taps, in[0].shape(-1)}, cotangents[0], stream())};
  }
};

class Doubled : public Planned<Doubled, LinearPrimitive, RatePlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroDoubled, "doubled")
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {plan_.length}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, x = array::unsafe_weak_copy(in[0])](float* to) {
      const int64_t pairs = (int64_t(plan.length) + 1) / 2;
      each_run(plan, x, plan.length, pairs, to, [](const RateJob& job, int64_t first, int64_t last) {
        kernels().doubled(job, first, last, scratch(kernels().doubled_scratch(job, last - first)));
      });
    });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {halved({plan_.taps, in[0].shape(-1)}, cotangents[0], stream())};
  }
};

}  // namespace

array halved(const RatePlan& plan, const array& y, mx::Stream s) { return Halved::make(plan, dense({y}, s), s); }
array doubled(const RatePlan& plan, const array& x, mx::Stream s) { return Doubled::make(plan, dense({x}, s), s); }

}  // namespace spectro
