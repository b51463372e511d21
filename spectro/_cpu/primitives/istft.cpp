// Inverse short-time Fourier transform: the synthesis primitive, and the envelope it divides by.
#include <algorithm>

#include "primitives/product.h"
#include "primitives/synthesis_inputs.h"

namespace spectro {
namespace {

// Sum over frames of the samples that frame position i meets: v (length,) -> (n_fft,).
array frame_sum(const IstftPlan& plan, int frames, const array& v, mx::Stream s) {
  const int overlap = (plan.n_fft + plan.hop - 1) / plan.hop, rows = frames + overlap - 1, total = rows * plan.hop;
  const int kept = std::min(plan.length, std::max(total - plan.start, 0));
  array x = mx::slice(v, {0}, {kept}, s);
  x = mx::pad(x, {{plan.start, std::max(total - plan.start - kept, 0)}}, array(0.0f), "constant", s);
  x = mx::reshape(mx::slice(x, {0}, {total}, s), {rows, plan.hop}, s);
  Arrays parts;
  for (int q = 0; q < overlap; ++q)
    parts.push_back(mx::sum(mx::slice(x, {q, 0}, {q + frames, plan.hop}, s), 0, false, s));
  return mx::slice(mx::concatenate(parts, 0, s), {0}, {plan.n_fft}, s);
}

// Its adjoint: overlap-adds the same frame `frames` times.
array frame_spread(const IstftPlan& plan, int frames, const array& u, mx::Stream s) {
  auto sum = [&](const Arrays& in) { return frame_sum(plan, frames, in[0], s); };
  return vjp_of(sum, {mx::zeros({plan.length}, mx::float32, s)}, {u}, {0})[0];
}

struct EnvelopePlan {
  IstftPlan istft;
  int frames;

  bool operator==(const EnvelopePlan&) const = default;
};

class InverseEnvelope : public Planned<InverseEnvelope, CpuPrimitive, EnvelopePlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroInverseEnvelope, "istft")
  mx::Shape output_shape(const Arrays&) const { return {plan_.istft.length}; }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, window = Rows(in[0], 1)](float* reciprocals) {
      EnvelopeTables(plan.istft, plan.frames, window).expand(plan.istft.start, plan.istft.length, reciprocals);
    });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>&, const Arrays& out) override {
    array slope = mx::negative(mx::multiply(cotangents[0], mx::square(out[0], stream()), stream()), stream());
    return {mx::multiply(twice(in[0]), frame_sum(plan_.istft, plan_.frames, slope, stream()), stream())};
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>&) override {
    array change = frame_spread(plan_.istft, plan_.frames, mx::multiply(twice(in[0]), tangents[0], stream()), stream());
    return {mx::negative(mx::multiply(change, mx::square(again(in), stream()), stream()), stream())};
  }

 protected:
  size_t batched_inputs() const override { return 0; }

 private:
  array twice(const array& x) { return mx::multiply(x, array(2.0f), stream()); }
};

template <class Self, class Kind>
class Synthesis : public Planned<Self, Kind, IstftPlan> {
 public:
  using Planned<Self, Kind, IstftPlan>::Planned;
  mx::Shape output_shape(const Arrays& in) const {
    mx::Shape shape = shape_with(in[0], 2, {});
    if (in.size() > 2) shape = mx::broadcast_shapes(shape, shape_with(in[2], 2, {}));
    shape.push_back(this->plan_.length);
    return shape;
  }

  void eval_cpu(const Arrays& in, array& out) override {
    const mx::Shape outer = shape_with(out, 1, {});
    this->compute(out, [inputs = SynthesisInputs(this->plan_, in, outer)](float* samples) { inputs.run(samples); });
  }
};

class OverlapAdd : public Synthesis<OverlapAdd, LinearPrimitive> {
 public:
  using Synthesis::Synthesis;
  NAME_PRIMITIVE(SpectroOverlapAdd, "istft")

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    const StftPlan back{plan_.n_fft,   plan_.hop,       in[0].shape(-2), plan_.start,
                        Pad::constant, plan_.scale * 2, plan_.edge / 2};
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(arg == 0 ? stft(back, cotangents[0], in[1], stream())
                               : window_gradient(back, cotangents[0], in[0], stream()));
    return grads;
  }
};

class Istft : public Synthesis<Istft, ComposedPrimitive> {
 public:
  using Synthesis::Synthesis;
  NAME_PRIMITIVE(SpectroIstft, "istft")

  // Spectra and a mask get the new dimension in front of all that they have, of size 1 where they are no batch.
  std::pair<Arrays, std::vector<int>> vmap(const Arrays& in, const std::vector<int>& axes) override {
    if (in.size() < 3 || axes[1] >= 0) return Synthesis::vmap(in, axes);
    const auto own = [&](int i) { return int(in[i].ndim()) - (axes[i] >= 0); };
    const int dims = std::max(own(0), own(2));
    Arrays moved = in;
    for (int i : {0, 2}) {
      if (axes[i] >= 0) moved[i] = mx::moveaxis(in[i], axes[i], 0, stream());
      for (int d = own(i) + (axes[i] < 0 ? -1 : 0); d < dims; ++d)
        moved[i] = mx::expand_dims(moved[i], axes[i] >= 0 ? 1 : 0, stream());
    }
    return {{again(moved)}, {0}};
  }

 protected:
  array definition(const Arrays& in) override {
    IstftPlan sum = plan_;
    sum.normalized = false;
    const array reciprocals = InverseEnvelope::make({plan_, in[0].shape(-2)}, {in[1]}, stream());
    const array D = in.size() > 2 ? masked(in[0], in[2], stream()) : in[0];
    return mx::multiply(istft(sum, D, in[1], stream()), reciprocals, stream());
  }
};

}  // namespace

array istft(const IstftPlan& plan, const array& D, const array& window, mx::Stream s) {
  return plan.normalized ? Istft::make(plan, {D, window}, s) : OverlapAdd::make(plan, {D, window}, s);
}

array istft(const IstftPlan& plan, const array& D, const array& window, const array& mask, mx::Stream s) {
  return Istft::make(plan, {D, window, mask}, s);
}

}  // namespace spectro
