// A recursive filter of first order along the last axis.
#include <algorithm>

#include "primitives/definitions.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t SAMPLES_PER_TASK = 1 << 14;

class FirstOrder : public Planned<FirstOrder, ComposedPrimitive, FirstOrderPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroFirstOrder, "first_order")
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  // Inputs x, and perhaps the state of each row.
  void eval_cpu(const Arrays& in, array& out) override {
    const std::optional<Rows> state = in.size() > 1 ? std::optional(Rows(in[1], 1)) : std::nullopt;
    compute(out, [plan = plan_, x = Rows(in[0], 1), state](float* y) {
      const int64_t n = x.held.shape(-1), rows = int64_t(x.offsets.size());
      parallel_ranges(rows, std::max<int64_t>(1, SAMPLES_PER_TASK / n), rows * n >= SMALL,
                      [&](int64_t from, int64_t to) {
                        for (int64_t row = from; row < to; ++row) {
                          const float first = state ? state->held.data<float>()[state->offsets[size_t(row)]] : 0;
                          kernels().first_order({x.held.data<float>() + x.offsets[size_t(row)], n, x.stride(1), first,
                                                 plan.gain, plan.zero, plan.pole, y + row * n});
                        }
                      });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  size_t batched_inputs() const override { return 2; }
};

}  // namespace

array first_order(const FirstOrderPlan& plan, const Arrays& inputs, mx::Stream s) {
  return FirstOrder::make(plan, inputs, s);
}

}  // namespace spectro
