// Features of spectra, without a spectrum in memory; and of spectra that are given.
#include "primitives/analysis_inputs.h"
#include "primitives/definitions.h"

namespace spectro {
namespace {

class Reduced : public Planned<Reduced, ComposedPrimitive, ReducedPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroReduced, "reduced")
  mx::Shape output_shape(const Arrays& in) const {
    return shape_with(in[0], 1, {plan_.stft.frames, plan_.features->width()});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [inputs = AnalysisInputs(plan_.stft, in[0], in[1]), features = plan_.features](float* columns) {
      inputs.run(columns, *features);
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
};

constexpr int64_t BLOCKS_PER_TASK = 8;  // of frames; as for a filterbank

class OfSpectra : public Planned<OfSpectra, ComposedPrimitive, ReductionsPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroReductions, "reductions")
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {plan_.features->width()}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [features = plan_.features, S = Rows(in[0], 2)](float* columns) {
      const Kernels& k = kernels();
      const Reductions reductions = features->view();
      const FilterJob f{.bands = {},
                        .reductions = &reductions,
                        .data = S.held.data<float>(),
                        .offsets = S.offsets.data(),
                        .rows = int64_t(S.offsets.size()),
                        .frames = S.held.shape(-2),
                        .bins = S.held.shape(-1),
                        .frame_stride = S.stride(2),
                        .bin_stride = S.stride(1),
                        .out = columns};
      const int64_t blocks = (f.rows * f.frames + k.lanes - 1) / k.lanes;
      parallel_ranges(blocks, BLOCKS_PER_TASK, f.rows * f.frames * f.bins >= SMALL,
                      [&](int64_t from, int64_t to) { k.filter(f, from, to, scratch(k.filter_scratch(f))); });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
};

}  // namespace

array reduced(const ReducedPlan& plan, const array& y, const array& window, mx::Stream s) {
  return Reduced::make(plan, {y, window}, s);
}

array reductions(const ReductionsPlan& plan, const array& S, mx::Stream s) { return OfSpectra::make(plan, {S}, s); }

}  // namespace spectro
