// |STFT|**power and its bands, without a complex spectrum in memory, forward and backward.
#include "mlx/transforms.h"
#include "primitives/synthesis_inputs.h"
#include "primitives/window_gradient.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

array spectrogram_gradient(bool of_window, const Frames& f, const Level& l, const Arrays& in, mx::Stream s);

// The same function in pieces that have derivatives of every order.
array in_pieces(const Frames& f, const Level& l, const array& y, const array& window, mx::Stream s) {
  const array D = stft(f, y, window, s);
  array S = mx::add(mx::square(mx::real(D, s), s), mx::square(mx::imag(D, s), s), s);
  if (l.power != 2) {
    const array positive = mx::greater(S, array(0.0f), s);
    const array safe = mx::where(positive, S, array(1.0f), s);
    S = mx::where(positive, mx::power(safe, array(l.power / 2), s), array(0.0f), s);
  }
  return l.bank ? filterbank(l.bank, false, S, s) : S;
}

class Spectrogram : public CpuPrimitive {
 public:
  Spectrogram(mx::Stream s, const Frames& f, const Level& l) : CpuPrimitive(s), f_(f), l_(l) {}
  DEFINE_NAME(SpectroSpectrogram)
  bool is_equivalent(const mx::Primitive& other) const override {
    const auto& that = static_cast<const Spectrogram&>(other);
    return f_ == that.f_ && l_ == that.l_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    return {shape_with(in[0], 1, {f_.frames, l_.bank ? l_.bank->n_bands : f_.n_fft / 2 + 1})};
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    AnalysisJob job(f_, in[0], in[1]);
    schedule(stream(), [job, l = l_, target = array::unsafe_weak_copy(out)]() mutable {
      job.run(l.bank ? Output::bands : Output::power, l, target.data<float>());
    });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(spectrogram_gradient(arg == 1, f_, l_, {in[0], in[1], cotangents[0]}, stream()));
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays all = {mx::zeros_like(in[0], stream()), mx::zeros_like(in[1], stream())};
    for (size_t i = 0; i < argnums.size(); ++i) all[size_t(argnums[i])] = tangents[i];
    auto pieces = [&](const Arrays& x) { return Arrays{in_pieces(f_, l_, x[0], x[1], stream())}; };
    return mx::jvp(pieces, in, all).second;
  }

 protected:
  array again(const Arrays& in) override { return spectrogram(f_, l_, in[0], in[1], stream()); }

 private:
  Frames f_;
  Level l_;
};

// The gradient of a spectrogram with respect to the (padded) signal or to the window; the spectrum is recomputed.
class SpectrogramGradient : public CpuPrimitive {
 public:
  SpectrogramGradient(mx::Stream s, bool of_window, const Frames& f, const Level& l)
      : CpuPrimitive(s), of_window_(of_window), f_(f), l_(l) {}
  DEFINE_NAME(SpectroSpectrogramGradient)
  bool is_equivalent(const mx::Primitive& other) const override {
    const auto& that = static_cast<const SpectrogramGradient&>(other);
    return of_window_ == that.of_window_ && f_ == that.f_ && l_ == that.l_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override { return {output_shape(in, of_window_, f_)}; }

  static bool folds(const Frames& f) { return f.padding > 0 && f.pad != Pad::constant; }
  static mx::Shape output_shape(const Arrays& in, bool of_window, const Frames& f) {
    if (of_window) return {f.n_fft};
    return shape_with(in[0], 1, {in[0].shape(-1) + (folds(f) ? 2 * f.padding : 0)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    AnalysisJob job(f_, in[0], in[1]);
    schedule(stream(),
             [job, l = l_, of_window = of_window_, cotangent = Contiguous(in[2]),
              target = array::unsafe_weak_copy(out)]() mutable { run(job, l, of_window, cotangent, target); });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    const Arrays all =
        mx::vjp([this](const Arrays& x) { return Arrays{gradient_in_pieces(x)}; }, in, cotangents).second;
    Arrays grads;
    for (int arg : argnums) grads.push_back(all[size_t(arg)]);
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays all;
    for (const array& x : in) all.push_back(mx::zeros_like(x, stream()));
    for (size_t i = 0; i < argnums.size(); ++i) all[size_t(argnums[i])] = tangents[i];
    return mx::jvp([this](const Arrays& x) { return Arrays{gradient_in_pieces(x)}; }, in, all).second;
  }

 protected:
  array again(const Arrays& in) override {
    return array(output_shape(in, of_window_, f_), mx::float32,
                 std::make_shared<SpectrogramGradient>(stream(), of_window_, f_, l_), in);
  }
  size_t batched_inputs() const override { return 0; }

 private:
  static void run(const AnalysisJob& job, const Level& l, bool of_window, const Contiguous& cotangent, array& out) {
    const Frames& f = job.f;
    const auto plan = real_plan(f.n_fft);
    const std::vector<float> forward_window = job.scaled_window(f.scale / 2), window = job.scaled_window(f.scale / 2);
    Analysis forward = job.describe(*plan, forward_window);
    forward.output = l.bank ? Output::bands : Output::power;
    forward.power = l.power;
    if (l.bank) forward.bands = l.bank->forward.view();
    Synthesis s{};
    s.plan = plan.get();
    s.window = window.data();
    s.rows = forward.rows;
    s.frames = f.frames;
    s.hop = f.hop;
    s.start = folds(f) ? 0 : f.padding;
    s.length = out.shape(-1);
    s.edge = f.edge * 2;
    s.forward = &forward;
    s.cotangent = cotangent.data();
    s.out = out.data<float>();
    if (!of_window) return run_synthesis(s);
    const std::vector<float> ones(window.size(), 1.0f), scale(window.size(), f.scale / 2);
    Analysis frames = job.describe(*plan, ones);
    s.window = scale.data();
    run_window_gradient(frames, s, out.data<float>());
  }

  array gradient_in_pieces(const Arrays& x) {
    Frames f = f_;
    if (folds(f_)) f.padding = 0;
    const array y = folds(f_) ? pad(x[0], f_.padding, f_.pad, stream()) : x[0];
    auto pieces = [&](const Arrays& v) { return Arrays{in_pieces(f, l_, v[0], v[1], stream())}; };
    return mx::vjp(pieces, {y, x[1]}, {x[2]}).second[of_window_ ? 1 : 0];
  }

  bool of_window_;
  Frames f_;
  Level l_;
};

array spectrogram_gradient(bool of_window, const Frames& f, const Level& l, const Arrays& in, mx::Stream s) {
  using G = SpectrogramGradient;
  array grad(G::output_shape(in, of_window, f), mx::float32, std::make_shared<G>(s, of_window, f, l), in);
  if (of_window) return grad;
  if (G::folds(f)) grad = unpad(grad, f.padding, f.pad, s);
  return mx::astype(grad, in[0].dtype(), s);
}

}  // namespace

array spectrogram(const Frames& f, const Level& l, const array& y, const array& window, mx::Stream s) {
  const int width = l.bank ? l.bank->n_bands : f.n_fft / 2 + 1;
  return array(shape_with(y, 1, {f.frames, width}), mx::float32, std::make_shared<Spectrogram>(s, f, l), {y, window});
}

}  // namespace spectro
