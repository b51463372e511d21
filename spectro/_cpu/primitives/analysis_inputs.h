// An analysis as it is scheduled: what it reads, and how its blocks are shared out.
#pragma once

#include "primitives/primitive.h"
#include "runtime/dispatch.h"
#include "runtime/fft_plans.h"

namespace spectro {

struct AnalysisJob {
  Frames f;
  Rows signal, window;

  AnalysisJob(const Frames& f, const array& y, const array& window) : f(f), signal(y, 1), window(window, 1) {}

  int64_t frames() const { return int64_t(signal.offsets.size()) * f.frames; }

  // The kernel's description; `scaled_window` must outlive it.
  Analysis describe(const RealPlan& plan, const std::vector<float>& scaled_window) const;

  // The window times `scale`, with zeros up to a multiple of 16.
  std::vector<float> scaled_window(float scale) const;

  void run(Output output, const Level& level, float* out) const;
};

Signal signal_of(const Rows& rows, Pad pad, int64_t padding);
std::vector<float> padded_window(const Rows& window, int64_t n, float scale);

}  // namespace spectro
