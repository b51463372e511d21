// The adjoint of padding: what is said of padded samples belongs to those that they repeat.
#include <algorithm>

#include "kernels/padding.h"
#include "primitives/definitions.h"
#include "runtime/schedule.h"

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

class Fold : public LinearPrimitive {
 public:
  Fold(mx::Stream s, int padding, Pad mode) : LinearPrimitive(s), padding_(padding), mode_(mode) {}
  DEFINE_NAME(SpectroFold)
  bool is_equivalent(const mx::Primitive& other) const override {
    const auto& that = static_cast<const Fold&>(other);
    return padding_ == that.padding_ && mode_ == that.mode_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    return {shape_with(in[0], 1, {in[0].shape(-1) - 2 * padding_})};
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    schedule(stream(), [padding = padding_, mode = mode_, padded = Contiguous(in[0]),
                        target = array::unsafe_weak_copy(out)]() mutable {
      const int64_t n = target.shape(-1), rows = int64_t(target.size()) / n;
      const float* from = padded.data();
      float* to = target.data<float>();
      parallel(rows, rows * n >= SMALL,
               [&](int64_t row) { fold_row(from + row * (n + 2 * padding), n, padding, mode, to + row * n); });
    });
  }

  Arrays vjp(const Arrays&, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {pad(cotangents[0], padding_, mode_, stream())};
  }

 protected:
  array again(const Arrays& in) override { return fold(in[0], padding_, mode_, stream()); }

 private:
  int padding_;
  Pad mode_;
};

}  // namespace

array fold(const array& padded, int padding, Pad mode, mx::Stream s) {
  const mx::Shape shape = shape_with(padded, 1, {padded.shape(-1) - 2 * padding});
  return array(shape, mx::float32, std::make_shared<Fold>(s, padding, mode), {padded});
}

}  // namespace spectro
