// Inverse short-time Fourier transform: the synthesis primitive, and the envelope it divides by.
#include <algorithm>

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
  DEFINE_NAME(SpectroInverseEnvelope)
  std::vector<mx::Shape> output_shapes(const Arrays&) override { return {{plan_.istft.length}}; }

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

class Istft : public Planned<Istft, CpuPrimitive, IstftPlan> {
 public:
  using Planned::Planned;
  DEFINE_NAME(SpectroIstft)
  std::vector<mx::Shape> output_shapes(const Arrays& in) override { return {shape_with(in[0], 2, {plan_.length})}; }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [inputs = SynthesisInputs(plan_, in[0], in[1])](float* samples) { inputs.run(samples); });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays& out) override {
    const int frames = in[0].shape(-2);
    const StftPlan back{plan_.n_fft, plan_.hop, frames, plan_.start, Pad::constant, plan_.scale * 2, plan_.edge / 2};
    array c = cotangents[0];
    if (plan_.normalized) c = mx::multiply(c, inverse_envelope(frames, in[1]), stream());
    Arrays grads;
    for (int arg : argnums) {
      if (arg == 0) {
        grads.push_back(stft(back, c, in[1], stream()));
        continue;
      }
      array grad = window_gradient(back, c, in[0], stream());
      if (plan_.normalized) grad = mx::subtract(grad, envelope_gradient(frames, c, in[1], out[0]), stream());
      grads.push_back(grad);
    }
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays parts;
    for (size_t i = 0; i < argnums.size(); ++i)
      parts.push_back(argnums[i] == 0 ? istft(plan_, tangents[i], in[1], stream()) : window_change(in, tangents[i]));
    return {parts.size() == 1 ? parts[0] : mx::add(parts[0], parts[1], stream())};
  }

 private:
  array inverse_envelope(int frames, const array& window) {
    return InverseEnvelope::make({plan_, frames}, {window}, stream());
  }

  // What the window does through the envelope, c being the cotangent over the envelope.
  array envelope_gradient(int frames, const array& c, const array& window, const array& out) {
    array v = mx::reshape(mx::multiply(c, out, stream()), {-1, plan_.length}, stream());
    array sums = frame_sum(plan_, frames, mx::sum(v, 0, false, stream()), stream());
    return mx::multiply(mx::multiply(window, array(2.0f), stream()), sums, stream());
  }

  array window_change(const Arrays& in, const array& tangent) {
    IstftPlan plain = plan_;
    plain.normalized = false;
    array added = istft(plain, in[0], tangent, stream());
    if (!plan_.normalized) return added;
    const int frames = in[0].shape(-2);
    array product = mx::multiply(mx::multiply(in[1], array(2.0f), stream()), tangent, stream());
    array change = mx::multiply(again(in), frame_spread(plan_, frames, product, stream()), stream());
    return mx::multiply(mx::subtract(added, change, stream()), inverse_envelope(frames, in[1]), stream());
  }
};

}  // namespace

array istft(const IstftPlan& plan, const array& D, const array& window, mx::Stream s) {
  return Istft::make(plan, {D, window}, s);
}

}  // namespace spectro
