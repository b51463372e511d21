// One octave of a constant-Q transform: frames, their spectra, and a complex bank over them, in one pass.
#include "primitives/analysis_inputs.h"

namespace spectro {
namespace {

class Wavelets : public Planned<Wavelets, ComposedPrimitive, WaveletPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroWavelets, "wavelets")
  static constexpr mx::Dtype dtype = mx::complex64;
  mx::Shape output_shape(const Arrays& in) const {
    return shape_with(in[0], 1, {plan_.stft.frames, plan_.bank->n_bands});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [inputs = AnalysisInputs(plan_.stft, in[0], in[1]), bank = plan_.bank](float* sums) {
      inputs.run(sums, bank->forward.view());
    });
  }

 protected:
  array definition(const Arrays& in) override {
    return complex_bank({plan_.bank, false}, stft(plan_.stft, in[0], in[1], stream()), stream());
  }
};

}  // namespace

array wavelets(const WaveletPlan& plan, const array& y, const array& window, mx::Stream s) {
  return Wavelets::make(plan, {y, window}, s);
}

}  // namespace spectro
