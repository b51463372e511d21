#include "primitives/features.h"

#include <algorithm>
#include <utility>

namespace spectro {

Features::Features(std::string plan, std::vector<float> hertz, std::vector<Feature> list)
    : plan(std::move(plan)), hertz_(std::move(hertz)), list_(std::move(list)) {
  for (const Feature& f : list_) {
    const int64_t bands = int64_t(f.cut.size()) / 3;
    const Bands weighted = f.bank ? f.bank->forward.view() : Bands{};
    views_.push_back({f.kind, width_, f.power, f.floor, f.flag, f.cut.data(), bands, weighted});
    width_ += f.bank ? weighted.count : bands ? 2 * bands : 1;
    for (int64_t b = 0; b < bands; ++b)
      work_ = std::max(work_, 3 * power_of_two(f.cut[size_t(3 * b + 2)]));  // see `extremes`
  }
}

}  // namespace spectro
