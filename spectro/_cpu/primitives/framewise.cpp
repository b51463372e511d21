// Energy and zero crossings of frames of samples.
#include <algorithm>

#include "primitives/analysis_inputs.h"
#include "primitives/definitions.h"

namespace spectro {
namespace {

constexpr int64_t SAMPLES_PER_TASK = 1 << 16;  // of all frames

class Framewise : public Planned<Framewise, ComposedPrimitive, FramewisePlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroFramewise, "framewise")
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {plan_.frames}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, signal = Rows(in[0], 1)](float* values) {
      const Kernels& k = kernels();
      const FramewiseJob f{.signal = signal_of(signal, plan.pad, plan.padding),
                           .frames = plan.frames,
                           .n = plan.length,
                           .hop = plan.hop,
                           .crossings = plan.threshold.has_value(),
                           .zero_is_positive = plan.zero_is_positive,
                           .counts_first = plan.counts_first,
                           .threshold = plan.threshold.value_or(0),
                           .out = values};
      const int64_t frames = int64_t(signal.offsets.size()) * f.frames;
      const int64_t grain = std::max<int64_t>(1, SAMPLES_PER_TASK / f.n);
      parallel_ranges(frames, grain, frames * f.n >= SMALL,
                      [&](int64_t from, int64_t to) { k.framewise(f, from, to, scratch(k.framewise_scratch(f))); });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
};

}  // namespace

array framewise(const FramewisePlan& plan, const array& y, mx::Stream s) { return Framewise::make(plan, {y}, s); }

}  // namespace spectro
