// |STFT|**power and its bands, without a complex spectrum in memory, forward and backward.
#include "primitives/definitions.h"
#include "primitives/synthesis_inputs.h"
#include "primitives/window_gradient.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

// The gradient of a spectrogram with respect to the signal (padded, where padding folds) or to the window, given
// signal, window and cotangent; the spectrum is recomputed.
class SpectrogramGradient : public ComposedPrimitive {
 public:
  SpectrogramGradient(mx::Stream s, bool of_window, const SpectrogramPlan& plan)
      : ComposedPrimitive(s), of_window_(of_window), plan_(plan) {}
  DEFINE_NAME(SpectroSpectrogramGradient)
  bool is_equivalent(const mx::Primitive& other) const override {
    const auto& that = static_cast<const SpectrogramGradient&>(other);
    return of_window_ == that.of_window_ && plan_ == that.plan_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    const StftPlan& f = plan_.stft;
    if (of_window_) return {{f.n_fft}};
    return {shape_with(in[0], 1, {in[0].shape(-1) + (f.folds() ? 2 * f.padding : 0)})};
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    AnalysisInputs inputs(plan_.stft, in[0], in[1]);
    schedule(stream(),
             [inputs, plan = plan_, of_window = of_window_, cotangent = Contiguous(in[2]),
              target = array::unsafe_weak_copy(out)]() mutable { run(inputs, plan, of_window, cotangent, target); });
  }

  static array make(bool of_window, const SpectrogramPlan& plan, const Arrays& in, mx::Stream s) {
    auto primitive = std::make_shared<SpectrogramGradient>(s, of_window, plan);
    const mx::Shape shape = primitive->output_shapes(in)[0];
    return array(shape, mx::float32, std::move(primitive), in);
  }

 protected:
  array again(const Arrays& in) override { return make(of_window_, plan_, in, stream()); }
  size_t batched_inputs() const override { return 0; }

  array definition(const Arrays& in) override {
    SpectrogramPlan plan = plan_;
    array y = in[0];
    if (plan.stft.folds()) {
      y = pad(y, plan.stft.padding, plan.stft.pad, stream());
      plan.stft.padding = 0;
    }
    auto forward = [&](const Arrays& x) { return defined(plan, x, stream()); };
    return vjp_of(forward, {y, in[1]}, {in[2]}, {of_window_ ? 1 : 0})[0];
  }

 private:
  static void run(const AnalysisInputs& inputs, const SpectrogramPlan& plan, bool of_window,
                  const Contiguous& cotangent, array& out) {
    const StftPlan& f = plan.stft;
    const auto fft = real_fft_plan(f.n_fft);
    const std::vector<float> window = inputs.scaled_window(f.scale / 2);
    const AnalysisJob forward = inputs.job(*fft, window, plan);
    SynthesisJob s{};
    s.plan = fft.get();
    s.window = window.data();
    s.rows = forward.rows;
    s.frames = f.frames;
    s.hop = f.hop;
    s.start = f.folds() ? 0 : f.padding;
    s.length = out.shape(-1);
    s.edge = f.edge * 2;
    s.forward = &forward;
    s.cotangent = cotangent.data();
    s.out = out.data<float>();
    if (!of_window) return run_synthesis(s);
    const std::vector<float> ones(window.size(), 1.0f), scale(window.size(), f.scale / 2);
    s.window = scale.data();
    run_window_gradient(inputs.job(*fft, ones), s, out.data<float>());
  }

  bool of_window_;
  SpectrogramPlan plan_;
};

class Spectrogram : public ComposedPrimitive {
 public:
  Spectrogram(mx::Stream s, const SpectrogramPlan& plan) : ComposedPrimitive(s), plan_(plan) {}
  DEFINE_NAME(SpectroSpectrogram)
  bool is_equivalent(const mx::Primitive& other) const override {
    return plan_ == static_cast<const Spectrogram&>(other).plan_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    return {shape_with(in[0], 1, {plan_.stft.frames, plan_.width()})};
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    AnalysisInputs inputs(plan_.stft, in[0], in[1]);
    schedule(stream(), [inputs, plan = plan_, target = array::unsafe_weak_copy(out)]() mutable {
      inputs.run(target.data<float>(), &plan);
    });
  }

  // The definition's, fused.
  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    Arrays grads;
    for (int arg : argnums) {
      array grad = SpectrogramGradient::make(arg == 1, plan_, {in[0], in[1], cotangents[0]}, stream());
      const StftPlan& f = plan_.stft;
      if (arg == 0 && f.folds()) grad = fold(grad, f.padding, f.pad, stream());
      grads.push_back(mx::astype(grad, in[size_t(arg)].dtype(), stream()));
    }
    return grads;
  }

 protected:
  array again(const Arrays& in) override { return spectrogram(plan_, in[0], in[1], stream()); }
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }

 private:
  SpectrogramPlan plan_;
};

}  // namespace

array spectrogram(const SpectrogramPlan& plan, const array& y, const array& window, mx::Stream s) {
  auto primitive = std::make_shared<Spectrogram>(s, plan);
  return array(shape_with(y, 1, {plan.stft.frames, plan.width()}), mx::float32, std::move(primitive), {y, window});
}

}  // namespace spectro
