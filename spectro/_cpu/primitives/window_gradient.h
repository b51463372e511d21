// The sum over frames that the window's gradients share.
#pragma once

#include "kernels/jobs.h"

namespace spectro {

// `frames` has a window of ones; `inverse.window` holds the scale of each of the n sums.
void run_window_gradient(const AnalysisJob& frames, SynthesisJob& inverse, float* out);

}  // namespace spectro
