#include "primitives/synthesis_inputs.h"

#include <algorithm>

namespace spectro {
namespace {

// Tuned on two AMD cores, Linux, 2026-11.
constexpr int64_t PERIOD_AT_LEAST = 4096;  // samples of an envelope's repeated period: the length of its inner loop
constexpr int64_t BLOCKS_PER_TASK = 16;    // of frames, at least
constexpr int64_t FRAMES_PER_OVERLAP = 4;  // frames of a task for each that its neighbor computes again, at least

struct Squares {
  const IstftPlan& plan;
  int64_t frames;
  std::vector<double> square;

  // One over the sum of the squared windows that reach a position of the overlap-add.
  float inverse_at(int64_t position) const {
    const int64_t n = plan.n_fft, first = position < n ? 0 : (position - n) / plan.hop + 1;
    const int64_t last = std::min(position / plan.hop, frames - 1);
    double sum = 0;
    for (int64_t t = first; t <= last; ++t) sum += square[size_t(position - t * plan.hop)];
    return float(sum) > plan.floor ? float(1 / sum) : 0.0f;
  }
};

}  // namespace

EnvelopeTables::EnvelopeTables(const IstftPlan& plan, int64_t frames, const Rows& window) {
  Squares squares{plan, frames, {}};
  const float* w = window.held.data<float>();
  for (int64_t i = 0; i < plan.n_fft; ++i) {
    const double value = w[i * window.stride(1)];
    squares.square.push_back(value * value);
  }
  const int64_t n = plan.n_fft, total = (frames - 1) * plan.hop + n;
  const int64_t repeat = std::max<int64_t>(1, PERIOD_AT_LEAST / plan.hop), period = repeat * plan.hop;
  const bool regular = total > 3 * n + period + plan.hop;
  const int64_t head = regular ? n : total, tail = regular ? total - n : total;
  for (int64_t i = 0; i < head; ++i) head_.push_back(squares.inverse_at(i));
  for (int64_t i = 0; regular && i < plan.hop; ++i)
    period_.push_back(squares.inverse_at((n / plan.hop + 1) * plan.hop + i));
  for (int64_t i = plan.hop; regular && i < period; ++i) period_.push_back(period_[size_t(i - plan.hop)]);
  for (int64_t i = tail; i < total; ++i) tail_.push_back(squares.inverse_at(i));
  view_ = {head_.data(), period_.data(), tail_.data(), head, tail, period};
}

void EnvelopeTables::expand(int64_t start, int64_t length, float* out) const {
  const int64_t total = view_.tail_start + int64_t(tail_.size());
  for (int64_t i = 0; i < length; ++i) {
    const int64_t at = start + i;
    out[i] = at >= total              ? 0.0f
             : at < view_.head_end    ? head_[size_t(at)]
             : at >= view_.tail_start ? tail_[size_t(at - view_.tail_start)]
                                      : period_[size_t(at % view_.period_length)];
  }
}

Factors SynthesisInputs::factors() const {
  if (!mask) return Factors::none;
  return mask->held.dtype() == mx::complex64 ? Factors::complex : Factors::real;
}

Spectra spectra_of(const Rows& rows) {
  return {reinterpret_cast<const float*>(rows.held.data<mx::complex64_t>()), rows.offsets.data(), rows.stride(2),
          rows.stride(1)};
}

SynthesisJob adjoint_of(const AnalysisJob& analysis, const std::vector<float>& window) {
  SynthesisJob s{};
  s.plan = analysis.plan;
  s.window = window.data();
  s.rows = analysis.rows;
  s.frames = analysis.frames;
  s.hop = analysis.hop;
  s.edge = analysis.edge * 2;
  return s;
}

void run_synthesis(SynthesisJob& s) {
  const Kernels& k = kernels();
  const int64_t n = s.plan->n, overlap = (n + s.hop - 1) / s.hop;
  // Whole blocks of frames, less those that neighboring tasks compute too; fixed by the sizes alone.
  const int64_t blocks = std::max(BLOCKS_PER_TASK, FRAMES_PER_OVERLAP * overlap / k.lanes);
  s.chunk = (blocks * k.lanes - overlap + 1) * s.hop;
  s.chunks = (s.length + s.chunk - 1) / s.chunk;
  parallel(s.rows * s.chunks, s.rows * s.frames * n >= SMALL,
           [&](int64_t task) { k.synthesis(s, task, scratch(k.synthesis_scratch(s))); });
}

void SynthesisInputs::run(float* out) const {
  const auto fft = real_fft_plan(plan.n_fft);
  const std::vector<float> scaled = padded_window(window, plan.n_fft, plan.scale);
  const int64_t frames = spectra.held.shape(-2);
  std::unique_ptr<EnvelopeTables> envelope;
  if (plan.normalized) envelope = std::make_unique<EnvelopeTables>(plan, frames, window);
  SynthesisJob s{
      .plan = fft.get(),
      .spectra = spectra_of(spectra),
      .factors = factors(),
      .mask = mask ? Spectra{mask->held.data<float>(), mask->offsets.data(), mask->step(2), mask->step(1)} : Spectra{},
      .window = scaled.data(),
      .rows = int64_t(spectra.offsets.size()),
      .frames = frames,
      .hop = plan.hop,
      .start = plan.start,
      .length = plan.length,
      .edge = plan.edge,
      .envelope = envelope ? envelope->view() : nullptr,
      .out = out,
      .chunk = 0,
      .chunks = 0,
      .forward = nullptr,
      .cotangent = nullptr};
  run_synthesis(s);
}

}  // namespace spectro
