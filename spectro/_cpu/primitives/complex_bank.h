// A sparse complex bank as runs of weights, and its conjugate transpose.
#pragma once

#include <complex>
#include <memory>
#include <vector>

#include "kernels/jobs.h"

namespace spectro {

class ComplexRuns {
 public:
  using Weights = std::vector<std::complex<float>>;
  ComplexRuns(std::vector<int> start, std::vector<int> length, Weights weight);
  ComplexBands view() const;
  ComplexRuns dual(int n_bins) const;

 private:
  std::vector<int> start_, length_, offset_;
  Weights weight_;
};

struct ComplexBank {
  int n_bins, n_bands;
  ComplexRuns forward, dual;

  ComplexBank(int n_bins, const ComplexRuns& runs)
      : n_bins(n_bins), n_bands(int(runs.view().count)), forward(runs), dual(runs.dual(n_bins)) {}
};

// As Python holds it; see SharedBank.
struct SharedComplexBank {
  std::shared_ptr<const ComplexBank> bank;
};

}  // namespace spectro
