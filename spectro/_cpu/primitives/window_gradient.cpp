// The adjoint of the transforms with respect to the window.
#include "primitives/window_gradient.h"

#include "mlx/transforms.h"
#include "primitives/synthesis_inputs.h"
#include "runtime/schedule.h"

namespace spectro {

void run_window_gradient(const Analysis& frames, Synthesis& inverse, float* out) {
  const Kernels& k = kernels();
  const int64_t n = frames.plan->n, blocks = (frames.rows * frames.frames + k.lanes - 1) / k.lanes;
  WindowGradient g{&frames, &inverse, std::max<int64_t>(16, (blocks + 63) / 64), nullptr};
  const int64_t tasks = (blocks + g.blocks_per_task - 1) / g.blocks_per_task;
  std::vector<float> parts(size_t(tasks * n), 0.0f);
  g.out = parts.data();
  parallel(tasks, true, [&](int64_t task) { k.window_gradient(g, task, scratch(k.window_gradient_scratch(g))); });
  for (int64_t i = 0; i < n; ++i) {
    double sum = 0;
    for (int64_t task = 0; task < tasks; ++task) sum += parts[size_t(task * n + i)];
    out[i] = float(sum);
  }
}

namespace {

class WindowAdjoint : public CpuPrimitive {
 public:
  WindowAdjoint(mx::Stream s, const Frames& f) : CpuPrimitive(s), f_(f) {}
  DEFINE_NAME(SpectroWindowAdjoint)
  bool is_equivalent(const mx::Primitive& other) const override {
    return f_ == static_cast<const WindowAdjoint&>(other).f_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays&) override { return {{f_.n_fft}}; }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    schedule(stream(), [f = f_, y = Rows(in[0], 1), D = Rows(in[1], 2), to = array::unsafe_weak_copy(out)]() mutable {
      const auto plan = real_plan(f.n_fft);
      const std::vector<float> ones(size_t(f.n_fft + 15) / 16 * 16, 1.0f), scale(ones.size(), f.scale / 2);
      Analysis frames{};
      frames.plan = plan.get();
      frames.signal = signal_of(y, f.pad, f.padding);
      frames.window = ones.data();
      frames.rows = int64_t(y.offsets.size());
      frames.frames = f.frames;
      frames.hop = f.hop;
      Synthesis inverse{};
      inverse.plan = plan.get();
      inverse.spectra = spectra_of(D);
      inverse.window = scale.data();
      inverse.rows = frames.rows;
      inverse.frames = f.frames;
      inverse.hop = f.hop;
      inverse.edge = f.edge * 2;
      run_window_gradient(frames, inverse, to.data<float>());
    });
  }

  // Bilinear: each gradient is one of the two other members of the family.
  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    auto linear = [&](const Arrays& x) { return Arrays{stft(f_, x[0], cotangents[0], stream())}; };
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(arg == 0 ? mx::vjp(linear, {in[0]}, {in[1]}).second[0]
                               : stft(f_, in[0], cotangents[0], stream()));
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays parts;
    for (size_t i = 0; i < argnums.size(); ++i)
      parts.push_back(argnums[i] == 0 ? again({tangents[i], in[1]}) : again({in[0], tangents[i]}));
    return {parts.size() == 1 ? parts[0] : mx::add(parts[0], parts[1], stream())};
  }

 protected:
  array again(const Arrays& in) override { return window_gradient(f_, in[0], in[1], stream()); }
  size_t batched_inputs() const override { return 0; }

 private:
  Frames f_;
};

}  // namespace

array window_gradient(const Frames& f, const array& y, const array& D, mx::Stream s) {
  return array({f.n_fft}, mx::float32, std::make_shared<WindowAdjoint>(s, f), {y, D});
}

}  // namespace spectro
