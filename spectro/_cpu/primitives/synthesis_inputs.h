// A synthesis as it is scheduled: what it reads, the envelope, and how its samples are shared out.
#pragma once

#include "primitives/analysis_inputs.h"

namespace spectro {

// Reciprocals of the summed squared window: explicit at both ends, one period between them.
class EnvelopeTables {
 public:
  EnvelopeTables(const Overlap& o, int64_t frames, const Rows& window);
  const Envelope* view() const { return &view_; }
  void expand(int64_t start, int64_t length, float* out) const;

 private:
  std::vector<float> head_, period_, tail_;
  Envelope view_{};
};

struct SynthesisJob {
  Overlap o;
  Rows spectra, window;

  SynthesisJob(const Overlap& o, const array& D, const array& window) : o(o), spectra(D, 2), window(window, 1) {}
  void run(float* out) const;
};

// Fills in how the samples are shared out, and runs.
void run_synthesis(Synthesis& s);

Spectra spectra_of(const Rows& rows);

}  // namespace spectro
