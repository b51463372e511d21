// Spectral flux.
#include <algorithm>

#include "primitives/definitions.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t VALUES_PER_TASK = 1 << 15;  // tuned on two AMD cores, Linux, 2026-11

void run(const FluxPlan& plan, const std::vector<Contiguous>& in, int64_t frames, int64_t bands, float* out) {
  const Kernels& k = kernels();
  const float* reference = in.size() > 1 ? in[1].data() : nullptr;
  const FluxJob f{in[0].data(), reference, frames, bands, plan.lag, plan.max_size, plan.mean, out};
  const int64_t rows = in[0].size() / (frames * bands), steps = frames - plan.lag;
  const int64_t grain = std::max<int64_t>(1, VALUES_PER_TASK / bands), chunks = (steps + grain - 1) / grain;
  parallel(rows * chunks, in[0].size() >= SMALL, [&](int64_t i) {
    const int64_t first = i % chunks * grain;
    k.flux(f, i / chunks, first, std::min(first + grain, steps), scratch(k.flux_scratch(f)));
  });
}

class Flux : public Planned<Flux, ComposedPrimitive, FluxPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroFlux, "flux")
  mx::Shape output_shape(const Arrays& in) const {
    const int steps = std::max(in[0].shape(-2) - plan_.lag, 0);
    return plan_.mean ? shape_with(in[0], 2, {steps}) : shape_with(in[0], 2, {steps, in[0].shape(-1)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, held = std::vector<Contiguous>(in.begin(), in.end()), frames = in[0].shape(-2),
                  bands = in[0].shape(-1)](float* rise) { run(plan, held, frames, bands, rise); });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  size_t batched_inputs() const override { return 2; }
};

}  // namespace

array flux(const FluxPlan& plan, const Arrays& inputs, mx::Stream s) { return Flux::make(plan, inputs, s); }

}  // namespace spectro
