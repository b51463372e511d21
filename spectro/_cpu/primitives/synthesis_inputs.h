// What a synthesis reads, held until it runs, the envelope, and how its samples are shared out.
#pragma once

#include <optional>
#include <vector>

#include "primitives/analysis_inputs.h"

namespace spectro {

// Reciprocals of the summed squared window: explicit at both ends, one period between them.
class EnvelopeTables {
 public:
  EnvelopeTables(const IstftPlan& plan, int64_t frames, const Rows& window);
  const Envelope* view() const { return &view_; }
  void expand(int64_t start, int64_t length, float* out) const;

 private:
  std::vector<float> head_, period_, tail_;
  Envelope view_{};
};

struct SynthesisInputs {
  IstftPlan plan;
  Rows spectra, window;
  std::optional<Rows> mask;

  // Of D (..., t, bins), the window, and a mask that D is multiplied by, if there is one, into rows of shape `outer`.
  SynthesisInputs(const IstftPlan& plan, const Arrays& in, const mx::Shape& outer)
      : plan(plan), spectra(in[0], 2, outer), window(in[1], 1) {
    if (in.size() > 2) mask.emplace(in[2], 2, outer);
  }
  void run(float* out) const;

 private:
  Factors factors() const;
};

// The adjoint of an analysis, but for its spectra and its output: the window holds half of its scale, as there.
SynthesisJob adjoint_of(const AnalysisJob& analysis, const std::vector<float>& window);

// Fills in how the samples are shared out, and runs.
void run_synthesis(SynthesisJob& s);

Spectra spectra_of(const Rows& rows);

}  // namespace spectro
