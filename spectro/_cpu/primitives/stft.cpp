// Short-time Fourier transform: the analysis primitive.
#include "primitives/analysis_inputs.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

class Stft : public LinearPrimitive {
 public:
  Stft(mx::Stream s, const StftPlan& plan) : LinearPrimitive(s), plan_(plan) {}
  DEFINE_NAME(SpectroStft)
  bool is_equivalent(const mx::Primitive& other) const override {
    return plan_ == static_cast<const Stft&>(other).plan_;
  }

  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    return {shape_with(in[0], 1, {plan_.frames, plan_.n_fft / 2 + 1})};
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    AnalysisInputs inputs(plan_, in[0], in[1]);
    schedule(stream(), [inputs, target = array::unsafe_weak_copy(out)]() mutable { inputs.run(target.data<float>()); });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(arg == 0 ? signal_gradient(in[0], in[1], cotangents[0])
                               : window_gradient(plan_, in[0], cotangents[0], stream()));
    return grads;
  }

 protected:
  array again(const Arrays& in) override { return stft(plan_, in[0], in[1], stream()); }

 private:
  array signal_gradient(const array& y, const array& window, const array& cotangent) {
    const bool folds = plan_.folds();
    const int n = y.shape(-1), width = folds ? n + 2 * plan_.padding : n;
    const IstftPlan o{plan_.n_fft, plan_.hop, folds ? 0 : plan_.padding, width, plan_.scale / 2, plan_.edge * 2};
    array grad = istft(o, cotangent, window, stream());
    if (folds) grad = fold(grad, plan_.padding, plan_.pad, stream());
    return mx::astype(grad, y.dtype(), stream());
  }

  StftPlan plan_;
};

}  // namespace

array stft(const StftPlan& plan, const array& y, const array& window, mx::Stream s) {
  return array(shape_with(y, 1, {plan.frames, plan.n_fft / 2 + 1}), mx::complex64, std::make_shared<Stft>(s, plan),
               {y, window});
}

}  // namespace spectro
