// What is kept of spectra, and of frames of samples: the part of Python's plans that the kernels need.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "primitives/bank.h"

namespace spectro {

struct Feature {
  Reduce kind;
  float power, floor;
  bool flag;
  std::vector<int> cut;
  std::shared_ptr<const Bank> bank;  // or null
};

// Reductions side by side. `plan` is Python's, pickled: a node of a graph owns no Python object, and definitions are
// asked for by it.
class Features {
 public:
  Features(std::string plan, std::vector<float> hertz, std::vector<Feature> list);
  Features(const Features&) = delete;

  const std::string plan;
  Reductions view() const { return {hertz_.data(), views_.data(), int64_t(views_.size()), width_, work_}; }
  int width() const { return int(width_); }

 private:
  std::vector<float> hertz_;
  std::vector<Feature> list_;
  std::vector<Reduction> views_;
  int64_t width_ = 0, work_ = 0;
};

struct SharedFeatures {
  std::shared_ptr<const Features> features;
};

}  // namespace spectro
