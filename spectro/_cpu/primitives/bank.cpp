#include "primitives/bank.h"

#include <algorithm>
#include <utility>

namespace spectro {

Runs::Runs(std::vector<int> start, std::vector<int> length, std::vector<float> weight)
    : start_(std::move(start)), length_(std::move(length)), weight_(std::move(weight)) {
  int offset = 0;
  for (int length_of_run : length_) {
    offset_.push_back(offset);
    offset += length_of_run;
  }
}

Bands Runs::view() const {
  return {int64_t(start_.size()), start_.data(), length_.data(), offset_.data(), weight_.data()};
}

Runs Runs::transposed(int n_bins) const {
  std::vector<int> first(size_t(n_bins), 0), last(size_t(n_bins), -1), offset;
  std::vector<bool> seen(size_t(n_bins), false);
  for (size_t m = 0; m < start_.size(); ++m)
    for (int k = start_[m]; k < start_[m] + length_[m]; ++k) {
      if (!seen[size_t(k)]) first[size_t(k)] = int(m);
      seen[size_t(k)] = true;
      last[size_t(k)] = int(m);
    }
  std::vector<int> length;
  std::vector<float> weight;
  for (size_t k = 0; k < size_t(n_bins); ++k) {
    length.push_back(last[k] - first[k] + 1);
    for (int m = first[k]; m <= last[k]; ++m) {
      const int at = int(k) - start_[size_t(m)];
      const bool inside = at >= 0 && at < length_[size_t(m)];
      weight.push_back(inside ? weight_[size_t(offset_[size_t(m)] + at)] : 0.0f);
    }
  }
  return {std::move(first), std::move(length), std::move(weight)};
}

}  // namespace spectro
