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
    return shape_with(in[0], 2, {int(plan_.places->first.size()) + plan_.places->goes_on, in[0].shape(-1)});
  }

  // Inputs D, and perhaps the phases to begin with: contiguous.
  void eval_cpu(const Arrays& in, array& out) override {
    const std::optional<array> given = in.size() > 1 ? std::optional(array::unsafe_weak_copy(in[1])) : std::nullopt;
    compute(out, [places = plan_.places, D = array::unsafe_weak_copy(in[0]), given](float* made) {
      const int64_t frames = D.shape(-2), bins = D.shape(-1), count = int64_t(places->first.size());
      const int64_t rows = int64_t(D.size()) / (frames * bins), each = kernels().vocoder_bins;
      const int64_t tasks = (bins + each - 1) / each;
      parallel(rows * tasks, rows * count * bins >= SMALL / 8, [&](int64_t i) {
        const int64_t row = i / tasks;
        const float* phases = given ? given->data<float>() + 2 * row * bins : nullptr;
        kernels().vocoder({.D = D.data<float>() + 2 * row * frames * bins,
                           .frames = frames,
                           .bins = bins,
                           .count = count,
                           .first = places->first.data(),
                           .share = places->share.data(),
                           .phases = phases,
                           .goes_on = places->goes_on,
                           .out = made + 2 * row * (count + places->goes_on) * bins},
                          i % tasks * each);
      });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  array again(const Arrays& in) override { return vocoder(plan_, in, stream()); }
};

}  // namespace

array vocoder(const VocoderPlan& plan, const Arrays& inputs, mx::Stream s) {
  return Vocoder::make(plan, dense(inputs, s), s);
}

}  // namespace spectro
