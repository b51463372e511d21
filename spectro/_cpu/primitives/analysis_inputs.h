// What an analysis reads, held until it runs, and how its blocks of frames are shared out.
#pragma once

#include <vector>

#include "primitives/primitive.h"
#include "runtime/dispatch.h"
#include "runtime/fft_plans.h"

namespace spectro {

struct AnalysisInputs {
  StftPlan plan;
  Rows signal, window;

  AnalysisInputs(const StftPlan& plan, const array& y, const array& window)
      : plan(plan), signal(y, 1), window(window, 1) {}

  int64_t frames() const { return int64_t(signal.offsets.size()) * plan.frames; }

  // The window times `scale`, with zeros up to whole vectors.
  std::vector<float> scaled_window(float scale) const;

  // The kernel's job, but for its output: complex bins, or powers and bands. It points at `scaled_window`.
  AnalysisJob job(const RealFftPlan& fft, const std::vector<float>& scaled_window) const;
  AnalysisJob job(const RealFftPlan& fft, const std::vector<float>& scaled_window, const SpectrogramPlan& levels) const;

  // Writes complex bins, or what `levels` makes of them.
  void run(float* out, const SpectrogramPlan* levels = nullptr) const;

  // Writes columns.
  void run(float* out, const Features& features) const;

  // Writes the sums of a complex bank.
  void run(float* out, const ComplexBands& wavelets) const;
};

Signal signal_of(const Rows& rows, Pad pad, int64_t padding);
std::vector<float> padded_window(const Rows& window, int64_t n, float scale);

}  // namespace spectro
