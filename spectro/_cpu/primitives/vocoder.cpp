// A spectrogram at other times, with phases that go on as they did.
#include "primitives/definitions.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

class Vocoder : public Planned<Vocoder, ComposedPrimitive, VocoderPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroVocoder, "vocoder")
  static constexpr mx::Dtype dtype = mx::complex64;
  mx::Shape output_shape(const Arrays& in) const {
    return shape_with(in[0], 2, {int(plan_.places->first.size()), in[0].shape(-1)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [places = plan_.places, D = array::unsafe_weak_copy(in[0])](float* made) {
      const int64_t frames = D.shape(-2), bins = D.shape(-1), count = int64_t(places->first.size());
      const int64_t rows = int64_t(D.size()) / (frames * bins), each = kernels().vocoder_bins;
      const int64_t tasks = (bins + each - 1) / each;
      parallel(rows * tasks, rows * count * bins >= SMALL / 8, [&](int64_t i) {
        const int64_t row = i / tasks;
        const float* in = D.data<float>() + 2 * row * frames * bins;
        kernels().vocoder(
            {in, frames, bins, count, places->first.data(), places->share.data(), made + 2 * row * count * bins},
            i % tasks * each);
      });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  array again(const Arrays& in) override { return vocoder(plan_, in[0], stream()); }
};

}  // namespace

array vocoder(const VocoderPlan& plan, const array& D, mx::Stream s) {
  const bool lies_so = D.is_available() && D.data_shared_ptr() && D.flags().row_contiguous;
  return Vocoder::make(plan, {lies_so ? D : mx::contiguous(D, false, s)}, s);
}

}  // namespace spectro
