// Soft masks: the share of each value in what two arrays hold there.
#include "primitives/definitions.h"
#include "primitives/layout.h"

namespace spectro {
namespace {

class Softmask : public Planned<Softmask, ComposedPrimitive, SoftmaskPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroSoftmask, "softmask")
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  void eval_cpu(const Arrays& in, array& out) override {
    const Elements elements(in);
    elements.allocate_alike(out);
    later(out, [power = plan_.power, at_zero = plan_.splits_zeros ? 0.5f : 0.0f, elements](float* masks) {
      elements.each([&](const auto& at, const auto& step, int64_t to, int64_t n) {
        const float *levels = elements.data<float>(0) + at[0], *rest = elements.data<float>(1) + at[1];
        kernels().softmask({levels, rest, step[0], step[1], n, power, at_zero, masks + to});
      });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  size_t batched_inputs() const override { return 2; }
};

}  // namespace

array softmask(const SoftmaskPlan& plan, const Arrays& inputs, mx::Stream s) { return Softmask::make(plan, inputs, s); }

}  // namespace spectro
