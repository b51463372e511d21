#include "primitives/analysis_inputs.h"

#include "runtime/schedule.h"

namespace spectro {
namespace {

constexpr int64_t LARGE = 1 << 21;  // bytes of a complex result

}  // namespace

Signal signal_of(const Rows& rows, Pad pad, int64_t padding) {
  const array& x = rows.held;
  const Dtype dtype = x.dtype() == mx::float16 ? Dtype::f16 : x.dtype() == mx::bfloat16 ? Dtype::bf16 : Dtype::f32;
  return {x.data<void>(), rows.offsets.data(), rows.stride(1), x.shape(-1), dtype, pad, padding};
}

std::vector<float> padded_window(const Rows& window, int64_t n, float scale) {
  std::vector<float> out(size_t((n + 15) / 16 * 16), 0.0f);
  const float* w = window.held.data<float>();
  for (int64_t i = 0; i < n; ++i) out[size_t(i)] = w[i * window.stride(1)] * scale;
  return out;
}

std::vector<float> AnalysisJob::scaled_window(float scale) const { return padded_window(window, f.n_fft, scale); }

Analysis AnalysisJob::describe(const RealPlan& plan, const std::vector<float>& scaled) const {
  return {.plan = &plan,
          .signal = signal_of(signal, f.pad, f.padding),
          .window = scaled.data(),
          .rows = int64_t(signal.offsets.size()),
          .frames = f.frames,
          .hop = f.hop,
          .edge = f.edge,
          .output = Output::complex,
          .power = 2,
          .bands = {},
          .out = nullptr,
          .large = frames() * plan.bins * 8 >= LARGE};
}

void AnalysisJob::run(Output output, const Level& level, float* out) const {
  const Kernels& k = kernels();
  const auto plan = real_plan(f.n_fft);
  const std::vector<float> scaled = scaled_window(f.scale / 2);
  Analysis a = describe(*plan, scaled);
  a.output = output;
  a.power = level.power;
  if (level.bank) a.bands = level.bank->forward.view();
  a.out = out;
  const int64_t blocks = (frames() + k.lanes - 1) / k.lanes, grain = std::max<int64_t>(1, 16384 / (k.lanes * f.n_fft));
  parallel_ranges(blocks, grain, frames() * f.n_fft >= SMALL, [&](int64_t from, int64_t to) {
    float* memory = scratch(k.analysis_scratch(a));
    for (int64_t b = from; b < to; ++b) k.analysis(a, b, memory);
  });
}

}  // namespace spectro
