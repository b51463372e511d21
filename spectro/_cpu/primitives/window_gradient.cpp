// The adjoint of the transforms with respect to the window.
#include "primitives/window_gradient.h"

#include <algorithm>
#include <vector>

#include "primitives/synthesis_inputs.h"

namespace spectro {
namespace {

// Tuned on two AMD cores, Linux, 2026-11. Every task has a sum of its own, which is memory.
constexpr int64_t BLOCKS_PER_TASK = 16, TASKS_AT_MOST = 64;

}  // namespace

void run_window_gradient(const AnalysisJob& frames, SynthesisJob& inverse, float* out) {
  const Kernels& k = kernels();
  const int64_t n = frames.plan->n, blocks = (frames.rows * frames.frames + k.lanes - 1) / k.lanes;
  const int64_t grain = std::max(BLOCKS_PER_TASK, (blocks + TASKS_AT_MOST - 1) / TASKS_AT_MOST);
  WindowGradientJob g{&frames, &inverse, grain, nullptr};
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

class WindowAdjoint : public Planned<WindowAdjoint, LinearPrimitive, StftPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroWindowAdjoint, "stft")
  mx::Shape output_shape(const Arrays&) const { return {plan_.n_fft}; }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [f = plan_, y = Rows(in[0], 1), D = Rows(in[1], 2)](float* sums) {
      const auto fft = real_fft_plan(f.n_fft);
      const std::vector<float> ones(size_t(whole_vectors(f.n_fft)), 1.0f), scale(ones.size(), f.scale / 2);
      AnalysisJob frames{};
      frames.plan = fft.get();
      frames.signal = signal_of(y, f.pad, f.padding);
      frames.window = ones.data();
      frames.rows = int64_t(y.offsets.size());
      frames.frames = f.frames;
      frames.hop = f.hop;
      frames.edge = f.edge;
      SynthesisJob inverse = adjoint_of(frames, scale);
      inverse.spectra = spectra_of(D);
      run_window_gradient(frames, inverse, sums);
    });
  }

  // Bilinear: each gradient is one of the two other members of the family.
  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    auto forward = [&](const Arrays& x) { return stft(plan_, x[0], cotangents[0], stream()); };
    Arrays grads;
    for (int arg : argnums)
      grads.push_back(arg == 0 ? vjp_of(forward, {in[0]}, {in[1]}, {0})[0]
                               : stft(plan_, in[0], cotangents[0], stream()));
    return grads;
  }

 protected:
  size_t batched_inputs() const override { return 0; }
};

}  // namespace

array window_gradient(const StftPlan& plan, const array& y, const array& D, mx::Stream s) {
  return WindowAdjoint::make(plan, {y, D}, s);
}

}  // namespace spectro
