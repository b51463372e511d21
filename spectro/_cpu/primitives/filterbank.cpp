// Bands as weighted sums of runs of bins; the adjoint is the same with the transposed bank.
#include <algorithm>

#include "primitives/primitive.h"
#include "runtime/dispatch.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

constexpr int64_t BLOCKS_PER_TASK = 8;  // of frames; tuned on two AMD cores with AVX-512, Linux, 2026-11

class Filterbank : public LinearPrimitive {
 public:
  Filterbank(mx::Stream s, std::shared_ptr<const Bank> bank, bool transposed)
      : LinearPrimitive(s), bank_(std::move(bank)), transposed_(transposed) {}
  DEFINE_NAME(SpectroFilterbank)
  bool is_equivalent(const mx::Primitive& other) const override {
    const auto& that = static_cast<const Filterbank&>(other);
    return bank_ == that.bank_ && transposed_ == that.transposed_;
  }
  int width() const { return transposed_ ? bank_->n_bins : bank_->n_bands; }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override { return {shape_with(in[0], 1, {width()})}; }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    schedule(stream(), [bank = bank_, transposed = transposed_, S = Rows(in[0], 2),
                        target = array::unsafe_weak_copy(out)]() mutable {
      const Kernels& k = kernels();
      const FilterJob f{.bands = (transposed ? bank->transposed : bank->forward).view(),
                        .data = S.held.data<float>(),
                        .offsets = S.offsets.data(),
                        .rows = int64_t(S.offsets.size()),
                        .frames = S.held.shape(-2),
                        .bins = S.held.shape(-1),
                        .frame_stride = S.stride(2),
                        .bin_stride = S.stride(1),
                        .out = target.data<float>()};
      const int64_t blocks = (f.rows * f.frames + k.lanes - 1) / k.lanes;
      parallel_ranges(blocks, BLOCKS_PER_TASK, f.rows * f.frames * f.bins >= SMALL, [&](int64_t from, int64_t to) {
        float* memory = scratch(k.filter_scratch(f));
        for (int64_t b = from; b < to; ++b) k.filter(f, b, memory);
      });
    });
  }

  Arrays vjp(const Arrays&, const Arrays& cotangents, const std::vector<int>&, const Arrays&) override {
    return {filterbank(bank_, !transposed_, cotangents[0], stream())};
  }

 protected:
  array again(const Arrays& in) override { return filterbank(bank_, transposed_, in[0], stream()); }

 private:
  std::shared_ptr<const Bank> bank_;
  bool transposed_;
};

}  // namespace

array filterbank(const std::shared_ptr<const Bank>& bank, bool transposed, const array& S, mx::Stream s) {
  auto primitive = std::make_shared<Filterbank>(s, bank, transposed);
  const int width = primitive->width();
  return array(shape_with(S, 1, {width}), mx::float32, std::move(primitive), {S});
}

}  // namespace spectro
