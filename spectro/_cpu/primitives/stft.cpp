// Short-time Fourier transform: the analysis primitive.
#include <vector>

#include "primitives/analysis_inputs.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

class Stft : public CpuPrimitive {
 public:
  Stft(mx::Stream s, const Frames& f) : CpuPrimitive(s), f_(f) {}
  DEFINE_NAME(SpectroStft)
  bool is_equivalent(const mx::Primitive& other) const override { return f_ == static_cast<const Stft&>(other).f_; }

  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    return {shape_with(in[0], 1, {f_.frames, f_.n_fft / 2 + 1})};
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    AnalysisJob job(f_, in[0], in[1]);
    schedule(stream(), [job, target = array::unsafe_weak_copy(out)]() mutable {
      job.run(Output::complex, Level{2, nullptr}, target.data<float>());
    });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(arg == 0 ? signal_gradient(in[0], in[1], cotangents[0])
                               : window_gradient(f_, in[0], cotangents[0], stream()));
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays parts;
    for (size_t i = 0; i < argnums.size(); ++i)
      parts.push_back(argnums[i] == 0 ? stft(f_, tangents[i], in[1], stream())
                                      : stft(f_, in[0], tangents[i], stream()));
    return {parts.size() == 1 ? parts[0] : mx::add(parts[0], parts[1], stream())};
  }

 protected:
  array again(const Arrays& in) override { return stft(f_, in[0], in[1], stream()); }

 private:
  array signal_gradient(const array& y, const array& window, const array& cotangent) {
    const bool folds = f_.padding > 0 && f_.pad != Pad::constant;
    const int n = y.shape(-1), width = folds ? n + 2 * f_.padding : n;
    const Overlap o{f_.n_fft, f_.hop, folds ? 0 : f_.padding, width, f_.scale / 2, f_.edge * 2};
    array grad = istft(o, cotangent, window, stream());
    if (folds) grad = unpad(grad, f_.padding, f_.pad, stream());
    return mx::astype(grad, y.dtype(), stream());
  }

  Frames f_;
};

}  // namespace

array stft(const Frames& f, const array& y, const array& window, mx::Stream s) {
  return array(shape_with(y, 1, {f.frames, f.n_fft / 2 + 1}), mx::complex64, std::make_shared<Stft>(s, f), {y, window});
}

}  // namespace spectro
