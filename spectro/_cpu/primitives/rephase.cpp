// A magnitude with the phase of an estimate: a step of Griffin and Lim's algorithm.
#include "primitives/definitions.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t VALUES_PER_TASK = 1 << 14;

class Rephase : public Planned<Rephase, ComposedPrimitive, RephasePlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroRephase, "rephase")
  static constexpr mx::Dtype dtype = mx::complex64;
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  // Inputs D, perhaps an earlier D, and S: all contiguous.
  void eval_cpu(const Arrays& in, array& out) override {
    std::vector<array> held;
    for (const array& x : in) held.push_back(array::unsafe_weak_copy(x));
    compute(out, [momentum = plan_.momentum, held = std::move(held)](float* phased) {
      const float* D = held.front().data<float>();
      const float* earlier = held.size() > 2 ? held[1].data<float>() : nullptr;
      const float* S = held.back().data<float>();
      const int64_t size = int64_t(held.back().size());
      parallel_ranges(size, VALUES_PER_TASK, size >= SMALL, [&](int64_t first, int64_t last) {
        const float* then = earlier ? earlier + 2 * first : nullptr;
        kernels().rephase({D + 2 * first, then, S + first, last - first, momentum, phased + 2 * first});
      });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  array again(const Arrays& in) override { return rephase(plan_, in, stream()); }
  size_t batched_inputs() const override { return 0; }
};

}  // namespace

array rephase(const RephasePlan& plan, const Arrays& inputs, mx::Stream s) {
  return Rephase::make(plan, dense(inputs, s), s);
}

}  // namespace spectro
