// Bands as weighted sums of runs of bins; the adjoint is the same with the transposed bank.
#include "primitives/primitive.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t BLOCKS_PER_TASK = 8;  // of frames; tuned on two AMD cores, Linux, 2026-11

class Filterbank : public Planned<Filterbank, LinearPrimitive, FilterbankPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroFilterbank, "filterbank")
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const {
    return shape_with(in[0], 1, {plan_.transposed ? plan_.bank->n_bins : plan_.bank->n_bands});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, S = Rows(in[0], 2)](float* sums) {
      const Kernels& k = kernels();
      const FilterJob f{.bands = (plan.transposed ? plan.bank->transposed : plan.bank->forward).view(),
                        .reductions = nullptr,
                        .data = S.held.data<float>(),
                        .offsets = S.offsets.data(),
                        .rows = int64_t(S.offsets.size()),
                        .frames = S.held.shape(-2),
                        .bins = S.held.shape(-1),
                        .frame_stride = S.stride(2),
                        .bin_stride = S.stride(1),
                        .out = sums};
      const int64_t blocks = (f.rows * f.frames + k.lanes - 1) / k.lanes;
      parallel_ranges(blocks, BLOCKS_PER_TASK, f.rows * f.frames * f.bins >= SMALL,
                      [&](int64_t from, int64_t to) { k.filter(f, from, to, scratch(k.filter_scratch(f))); });
    });
  }

  Arrays vjp(const Arrays&, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {filterbank({plan_.bank, !plan_.transposed}, cotangents[0], stream())};
  }
};

}  // namespace

array filterbank(const FilterbankPlan& plan, const array& S, mx::Stream s) { return Filterbank::make(plan, {S}, s); }

}  // namespace spectro
