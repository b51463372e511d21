// Spectral flux.
#include <algorithm>

#include "primitives/definitions.h"
#include "runtime/dispatch.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

constexpr int64_t VALUES_PER_TASK = 1 << 15;  // tuned on two AMD cores with AVX-512, Linux, 2026-11

class Flux : public ComposedPrimitive {
 public:
  Flux(mx::Stream s, const FluxPlan& plan) : ComposedPrimitive(s), plan_(plan) {}
  DEFINE_NAME(SpectroFlux)
  bool is_equivalent(const mx::Primitive& other) const override {
    return plan_ == static_cast<const Flux&>(other).plan_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override { return {shape(plan_, in[0])}; }

  static mx::Shape shape(const FluxPlan& plan, const array& S) {
    const int steps = std::max(S.shape(-2) - plan.lag, 0);
    return plan.mean ? shape_with(S, 2, {steps}) : shape_with(S, 2, {steps, S.shape(-1)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    std::vector<Contiguous> held(in.begin(), in.end());
    schedule(stream(), [plan = plan_, held, frames = in[0].shape(-2), bands = in[0].shape(-1),
                        target = array::unsafe_weak_copy(out)]() mutable { run(plan, held, frames, bands, target); });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  array again(const Arrays& in) override { return flux(plan_, in, stream()); }
  size_t batched_inputs() const override { return 2; }

 private:
  static void run(const FluxPlan& plan, const std::vector<Contiguous>& held, int64_t frames, int64_t bands,
                  array& out) {
    const Kernels& k = kernels();
    const FluxJob f{
        held[0].data(),   held.size() > 1 ? held[1].data() : nullptr, frames, bands, plan.lag, plan.max_size, plan.mean,
        out.data<float>()};
    const int64_t rows = held[0].size() / (frames * bands), steps = frames - plan.lag;
    const int64_t grain = std::max<int64_t>(1, VALUES_PER_TASK / bands), chunks = (steps + grain - 1) / grain;
    parallel(rows * chunks, held[0].size() >= SMALL, [&](int64_t i) {
      const int64_t first = i % chunks * grain;
      k.flux(f, i / chunks, first, std::min(first + grain, steps), scratch(k.flux_scratch(f)));
    });
  }

  FluxPlan plan_;
};

}  // namespace

array flux(const FluxPlan& plan, const Arrays& inputs, mx::Stream s) {
  return array(Flux::shape(plan, inputs[0]), mx::float32, std::make_shared<Flux>(s, plan), inputs);
}

}  // namespace spectro
