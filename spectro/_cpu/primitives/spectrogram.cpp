// |STFT|**power and its bands, without a complex spectrum in memory, forward and backward.
#include "primitives/definitions.h"
#include "primitives/synthesis_inputs.h"
#include "primitives/window_gradient.h"

namespace spectro {
namespace {

struct GradientPlan {
  SpectrogramPlan spectrogram;
  bool of_window;

  bool operator==(const GradientPlan&) const = default;
};

void run_gradient(const AnalysisInputs& inputs, const GradientPlan& plan, const Contiguous& cotangent, int64_t length,
                  float* out) {
  const StftPlan& f = inputs.plan;
  const auto fft = real_fft_plan(f.n_fft);
  const std::vector<float> window = inputs.scaled_window(f.scale / 2);
  const AnalysisJob forward = inputs.job(*fft, window, plan.spectrogram);
  SynthesisJob s = adjoint_of(forward, window);
  s.start = f.folds() ? 0 : f.padding;
  s.length = length;
  s.forward = &forward;
  s.cotangent = cotangent.data();
  s.out = out;
  if (!plan.of_window) return run_synthesis(s);
  const std::vector<float> ones(window.size(), 1.0f), scale(window.size(), f.scale / 2);
  s.window = scale.data();
  run_window_gradient(inputs.job(*fft, ones), s, out);
}

// The gradient of a spectrogram with respect to the signal (padded, where padding folds) or to the window, given
// signal, window and cotangent; the spectrum is recomputed.
class SpectrogramGradient : public Planned<SpectrogramGradient, ComposedPrimitive, GradientPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroSpectrogramGradient, "spectrogram")
  mx::Shape output_shape(const Arrays& in) const {
    const StftPlan& f = plan_.spectrogram.stft;
    if (plan_.of_window) return {f.n_fft};
    return shape_with(in[0], 1, {in[0].shape(-1) + (f.folds() ? 2 * f.padding : 0)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out,
            [inputs = AnalysisInputs(plan_.spectrogram.stft, in[0], in[1]), plan = plan_, cotangent = Contiguous(in[2]),
             length = out.shape(-1)](float* gradient) { run_gradient(inputs, plan, cotangent, length, gradient); });
  }

 protected:
  size_t batched_inputs() const override { return 0; }

  array definition(const Arrays& in) override {
    SpectrogramPlan plan = plan_.spectrogram;
    array y = in[0];
    if (plan.stft.folds()) {
      y = pad(y, plan.stft.padding, plan.stft.pad, stream());
      plan.stft.padding = 0;
    }
    auto forward = [&](const Arrays& x) { return defined(plan, x, stream()); };
    return vjp_of(forward, {y, in[1]}, {in[2]}, {plan_.of_window ? 1 : 0})[0];
  }
};

class Spectrogram : public Planned<Spectrogram, ComposedPrimitive, SpectrogramPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroSpectrogram, "spectrogram")
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {plan_.stft.frames, plan_.width()}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [inputs = AnalysisInputs(plan_.stft, in[0], in[1]), plan = plan_](float* levels) {
      inputs.run(levels, &plan);
    });
  }

  // The definition's, fused.
  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    Arrays grads;
    for (int arg : argnums) {
      array grad = SpectrogramGradient::make({plan_, arg == 1}, {in[0], in[1], cotangents[0]}, stream());
      const StftPlan& f = plan_.stft;
      if (arg == 0 && f.folds()) grad = fold({f.padding, f.pad}, grad, stream());
      grads.push_back(mx::astype(grad, in[size_t(arg)].dtype(), stream()));
    }
    return grads;
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
};

}  // namespace

array spectrogram(const SpectrogramPlan& plan, const array& y, const array& window, mx::Stream s) {
  return Spectrogram::make(plan, {y, window}, s);
}

}  // namespace spectro
