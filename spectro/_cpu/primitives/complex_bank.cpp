#include "primitives/complex_bank.h"

#include <algorithm>
#include <utility>

#include "primitives/primitive.h"
#include "runtime/dispatch.h"

namespace spectro {

ComplexRuns::ComplexRuns(std::vector<int> start, std::vector<int> length, Weights weight)
    : start_(std::move(start)), length_(std::move(length)), weight_(std::move(weight)) {
  int offset = 0;
  for (int length_of_run : length_) {
    offset_.push_back(offset);
    offset += length_of_run;
  }
}

ComplexBands ComplexRuns::view() const {
  return {int64_t(start_.size()), start_.data(), length_.data(), offset_.data(),
          reinterpret_cast<const float*>(weight_.data())};
}

ComplexRuns ComplexRuns::dual(int n_bins) const {
  const int bands = int(start_.size());
  std::vector<int> first(size_t(n_bins), bands), last(size_t(n_bins), -1), length;
  for (int m = 0; m < bands; ++m)
    for (int k = start_[size_t(m)]; k < start_[size_t(m)] + length_[size_t(m)]; ++k) {
      first[size_t(k)] = std::min(first[size_t(k)], m);
      last[size_t(k)] = m;
    }
  Weights weight;
  for (int k = 0; k < n_bins; ++k) {
    if (last[size_t(k)] < 0) first[size_t(k)] = 0;
    length.push_back(last[size_t(k)] - first[size_t(k)] + 1);
    for (int m = first[size_t(k)]; m <= last[size_t(k)]; ++m) {
      const int at = k - start_[size_t(m)];
      const bool inside = at >= 0 && at < length_[size_t(m)];
      weight.push_back(inside ? std::conj(weight_[size_t(offset_[size_t(m)] + at)]) : 0.0f);
    }
  }
  return {std::move(first), std::move(length), std::move(weight)};
}

namespace {

constexpr int64_t BLOCKS_PER_TASK = 8;  // of frames, as in a filterbank

// A complex bank over complex spectra; the adjoint is its dual.
class ComplexSums : public Planned<ComplexSums, LinearPrimitive, ComplexBankPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroComplexSums, "wavelets")
  static constexpr mx::Dtype dtype = mx::complex64;
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const {
    return shape_with(in[0], 1, {plan_.dual ? plan_.bank->n_bins : plan_.bank->n_bands});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, S = Rows(in[0], 2)](float* sums) {
      const Kernels& k = kernels();
      const ComplexFilterJob f{.bands = (plan.dual ? plan.bank->dual : plan.bank->forward).view(),
                               .spectra = {reinterpret_cast<const float*>(S.held.data<mx::complex64_t>()),
                                           S.offsets.data(), S.stride(2), S.stride(1)},
                               .rows = int64_t(S.offsets.size()),
                               .frames = S.held.shape(-2),
                               .bins = S.held.shape(-1),
                               .out = sums};
      const int64_t blocks = (f.rows * f.frames + k.lanes - 1) / k.lanes;
      const bool threaded = f.rows * f.frames * (f.bins + f.bands.count) >= SMALL;
      parallel_ranges(blocks, BLOCKS_PER_TASK, threaded, [&](int64_t from, int64_t to) {
        float* memory = scratch(k.complex_filter_scratch(f));
        for (int64_t b = from; b < to; ++b) k.complex_filter(f, b, memory);
      });
    });
  }

  Arrays vjp(const Arrays&, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {complex_bank({plan_.bank, !plan_.dual}, cotangents[0], stream())};
  }
};

}  // namespace

array complex_bank(const ComplexBankPlan& plan, const array& spectra, mx::Stream s) {
  return ComplexSums::make(plan, {spectra}, s);
}

}  // namespace spectro
