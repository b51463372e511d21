// Factorizations and tables of the FFTs, computed in double precision and kept for reuse.
#pragma once

#include <memory>

#include "kernels/jobs.h"

namespace spectro {

// The plan of a real FFT of n samples; safe from any thread.
std::shared_ptr<const RealFftPlan> real_fft_plan(int64_t n);

}  // namespace spectro
