#include "primitives/analysis_inputs.h"

#include <algorithm>

namespace spectro {
namespace {

// Tuned on two AMD cores, Linux, 2026-11.
constexpr int64_t STREAMED_BYTES = 1 << 21;    // complex results from here on are written past the caches
constexpr int64_t SAMPLES_PER_TASK = 1 << 14;  // of all frames: several tasks a thread, each longer than its start

void run_blocks(const AnalysisJob& a) {
  const Kernels& k = kernels();
  const int64_t n = a.plan->n, frames = a.rows * a.frames, blocks = (frames + k.lanes - 1) / k.lanes;
  const int64_t grain = std::max<int64_t>(1, SAMPLES_PER_TASK / (k.lanes * n));
  parallel_ranges(blocks, grain, frames * n >= SMALL, [&](int64_t from, int64_t to) {
    float* memory = scratch(k.analysis_scratch(a));
    for (int64_t b = from; b < to; ++b) k.analysis(a, b, memory);
  });
}

}  // namespace

Signal signal_of(const Rows& rows, Pad pad, int64_t padding) {
  const array& x = rows.held;
  const Dtype dtype = x.dtype() == mx::float16 ? Dtype::f16 : x.dtype() == mx::bfloat16 ? Dtype::bf16 : Dtype::f32;
  return {x.data<void>(), rows.offsets.data(), rows.stride(1), x.shape(-1), dtype, pad, padding};
}

std::vector<float> padded_window(const Rows& window, int64_t n, float scale) {
  std::vector<float> out(size_t(whole_vectors(n)), 0.0f);
  const float* w = window.held.data<float>();
  for (int64_t i = 0; i < n; ++i) out[size_t(i)] = w[i * window.stride(1)] * scale;
  return out;
}

std::vector<float> AnalysisInputs::scaled_window(float scale) const { return padded_window(window, plan.n_fft, scale); }

AnalysisJob AnalysisInputs::job(const RealFftPlan& fft, const std::vector<float>& scaled) const {
  return {.plan = &fft,
          .signal = signal_of(signal, plan.pad, plan.padding),
          .window = scaled.data(),
          .rows = int64_t(signal.offsets.size()),
          .frames = plan.frames,
          .hop = plan.hop,
          .edge = plan.edge,
          .output = Output::complex,
          .power = 2,
          .bands = {},
          .reductions = nullptr,
          .wavelets = {},
          .out = nullptr,
          .streams = frames() * fft.bins * int64_t(sizeof(mx::complex64_t)) >= STREAMED_BYTES};
}

AnalysisJob AnalysisInputs::job(const RealFftPlan& fft, const std::vector<float>& scaled,
                                const SpectrogramPlan& levels) const {
  AnalysisJob a = job(fft, scaled);
  a.output = levels.bank ? Output::bands : Output::power;
  a.power = levels.power;
  if (levels.bank) a.bands = levels.bank->forward.view();
  return a;
}

void AnalysisInputs::run(float* out, const SpectrogramPlan* levels) const {
  const auto fft = real_fft_plan(plan.n_fft);
  const std::vector<float> scaled = scaled_window(plan.scale / 2);
  AnalysisJob a = levels ? job(*fft, scaled, *levels) : job(*fft, scaled);
  a.out = out;
  run_blocks(a);
}

void AnalysisInputs::run(float* out, const Features& features) const {
  const auto fft = real_fft_plan(plan.n_fft);
  const std::vector<float> scaled = scaled_window(plan.scale / 2);
  const Reductions reductions = features.view();
  AnalysisJob a = job(*fft, scaled);
  a.output = Output::columns;
  a.power = 1;
  a.reductions = &reductions;
  a.out = out;
  run_blocks(a);
}

void AnalysisInputs::run(float* out, const ComplexBands& wavelets) const {
  const auto fft = real_fft_plan(plan.n_fft);
  const std::vector<float> scaled = scaled_window(plan.scale / 2);
  AnalysisJob a = job(*fft, scaled);
  a.output = Output::wavelets;
  a.wavelets = wavelets;
  a.out = out;
  run_blocks(a);
}

}  // namespace spectro
