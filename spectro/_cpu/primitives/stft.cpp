// Short-time Fourier transform: the analysis primitive.
#include "primitives/analysis_inputs.h"

namespace spectro {
namespace {

class Stft : public Planned<Stft, LinearPrimitive, StftPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroStft, "stft")
  static constexpr mx::Dtype dtype = mx::complex64;
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {plan_.frames, plan_.n_fft / 2 + 1}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [inputs = AnalysisInputs(plan_, in[0], in[1])](float* bins) { inputs.run(bins); });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(arg == 0 ? signal_gradient(in[0], in[1], cotangents[0])
                               : window_gradient(plan_, in[0], cotangents[0], stream()));
    return grads;
  }

 private:
  array signal_gradient(const array& y, const array& window, const array& cotangent) {
    const bool folds = plan_.folds();
    const int n = y.shape(-1), width = folds ? n + 2 * plan_.padding : n;
    const IstftPlan o{plan_.n_fft, plan_.hop, folds ? 0 : plan_.padding, width, plan_.scale / 2, plan_.edge * 2};
    array grad = istft(o, cotangent, window, stream());
    if (folds) grad = fold({plan_.padding, plan_.pad}, grad, stream());
    return mx::astype(grad, y.dtype(), stream());
  }
};

}  // namespace

array stft(const StftPlan& plan, const array& y, const array& window, mx::Stream s) {
  return Stft::make(plan, {y, window}, s);
}

}  // namespace spectro
