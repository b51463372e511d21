// The adjoint of padding: what is said of padded samples belongs to those that they repeat.
#include <algorithm>

#include "kernels/padding.h"
#include "primitives/definitions.h"

namespace spectro {
namespace {

void fold_row(const float* padded, int64_t n, int64_t padding, Pad mode, float* out) {
  std::copy(padded + padding, padded + padding + n, out);
  auto add = [&](int64_t i) {
    const Source from = source_of(mode, padding, n, i);
    out[from.index] += from.weight * padded[padding + i];
  };
  for (int64_t i = -padding; i < 0; ++i) add(i);
  for (int64_t i = n; i < n + padding; ++i) add(i);
}

class Fold : public Planned<Fold, LinearPrimitive, FoldPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroFold, "stft")
  mx::Shape output_shape(const Arrays& in) const { return shape_with(in[0], 1, {in[0].shape(-1) - 2 * plan_.padding}); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, padded = Contiguous(in[0]), width = int64_t(in[0].shape(-1))](float* samples) {
      const int64_t n = width - 2 * plan.padding, rows = padded.size() / width;
      const float* from = padded.data();
      parallel(rows, rows * n >= SMALL,
               [&](int64_t row) { fold_row(from + row * width, n, plan.padding, plan.pad, samples + row * n); });
    });
  }

  Arrays vjp(const Arrays&, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {pad(cotangents[0], plan_.padding, plan_.pad, stream())};
  }
};

}  // namespace

array fold(const FoldPlan& plan, const array& padded, mx::Stream s) { return Fold::make(plan, {padded}, s); }

}  // namespace spectro
