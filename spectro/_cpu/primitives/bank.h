// A filterbank as runs of weights, and its transpose.
#pragma once

#include <memory>
#include <vector>

#include "kernels/jobs.h"

namespace spectro {

class Runs {
 public:
  Runs(std::vector<int> start, std::vector<int> length, std::vector<float> weight);
  Bands view() const;
  Runs transposed(int n_bins) const;

 private:
  std::vector<int> start_, length_, offset_;
  std::vector<float> weight_;
};

struct Bank {
  int n_bins, n_bands;
  Runs forward, transposed;

  Bank(int n_bins, const Runs& runs)
      : n_bins(n_bins), n_bands(int(runs.view().count)), forward(runs), transposed(runs.transposed(n_bins)) {}
};

// A bank as Python holds it. What nodes of graphs share is the object in C++ and never the one in Python: a stream's
// thread that lets the last node go would have to take the interpreter's lock, and dies if the interpreter has ended.
struct SharedBank {
  std::shared_ptr<const Bank> bank;
};

}  // namespace spectro
