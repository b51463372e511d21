// Soft masks, and the parts of a spectrogram behind them.
#include <algorithm>

#include "primitives/definitions.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t VALUES_PER_TASK = 1 << 14;

void run(const SeparationPlan& p, const Arrays& in, float* out) {
  const bool complex = in[0].dtype() == mx::complex64;
  const int64_t size = int64_t(in[1].size()), matrix = int64_t(in[1].shape(-2)) * in[1].shape(-1);
  const int64_t pieces = (matrix + VALUES_PER_TASK - 1) / VALUES_PER_TASK;
  const int64_t each = complex ? 2 : 1, made = complex && !p.masks ? 2 : 1;
  parallel(size / matrix * pieces, size >= SMALL, [&](int64_t i) {
    const int64_t at = i / pieces * matrix, first = i % pieces * VALUES_PER_TASK;
    float* harmonic = out + 2 * at * made;
    const SeparationJob job{in[0].data<float>() + at * each,
                            in[1].data<float>() + at,
                            in[2].data<float>() + at,
                            harmonic,
                            harmonic + matrix * made,
                            p.power,
                            p.margin_harmonic,
                            p.margin_percussive,
                            complex,
                            p.masks};
    kernels().separate(job, first, std::min(matrix, first + VALUES_PER_TASK));
  });
}

template <class Self>
class Separating : public Planned<Self, ComposedPrimitive, SeparationPlan> {
 public:
  using Planned<Self, ComposedPrimitive, SeparationPlan>::Planned;
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 2, {2, in[0].shape(-2), in[0].shape(-1)}); }

  void eval_cpu(const Arrays& in, array& out) override {
    Arrays held;
    for (const array& x : in) held.push_back(array::unsafe_weak_copy(x));
    this->compute(out, [plan = this->plan_, held](float* parts) { run(plan, held, parts); });
  }

 protected:
  array definition(const Arrays& in) override { return defined(this->plan_, in, this->stream()); }
  array again(const Arrays& in) override { return separation(this->plan_, in, this->stream()); }
  size_t batched_inputs() const override { return 3; }
};

class RealSeparation : public Separating<RealSeparation> {
 public:
  using Separating::Separating;
  NAME_PRIMITIVE(SpectroSeparation, "separation")
};

class ComplexSeparation : public Separating<ComplexSeparation> {
 public:
  using Separating::Separating;
  NAME_PRIMITIVE(SpectroComplexSeparation, "separation")
  static constexpr mx::Dtype dtype = mx::complex64;
};

}  // namespace

array separation(const SeparationPlan& plan, const Arrays& inputs, mx::Stream s) {
  Arrays in;
  for (const array& x : inputs) in.push_back(mx::contiguous(x, false, s));
  const bool complex = in[0].dtype() == mx::complex64 && !plan.masks;
  return complex ? ComplexSeparation::make(plan, in, s) : RealSeparation::make(plan, in, s);
}

}  // namespace spectro
