// Decibels: a pass that also finds each spectrogram's range, and a second one only where the floor lies inside it.
#include <cmath>
#include <limits>
#include <numeric>

#include "mlx/transforms.h"
#include "runtime/dispatch.h"
#include "runtime/memory.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

struct Scale {
  float factor, amin, top_db;  // top_db infinite: no floor
  int block_dims;              // trailing dimensions of one spectrogram

  bool operator==(const Scale&) const = default;
};

array in_pieces(const Scale& d, const array& S, const array& ref, mx::Stream s) {
  auto level = [&](const array& x) {
    return mx::multiply(mx::log10(mx::maximum(x, array(d.amin), s), s), array(d.factor), s);
  };
  const array relative = mx::subtract(level(S), level(ref), s);
  if (std::isinf(d.top_db)) return relative;
  std::vector<int> axes(size_t(d.block_dims));
  std::iota(axes.begin(), axes.end(), int(S.ndim()) - d.block_dims);
  const array top = mx::max(relative, axes, true, s);
  return mx::maximum(relative, mx::subtract(top, array(d.top_db), s), s);
}

// Whether every spectrogram is one dense block, rows first or columns first.
bool dense_blocks(const array& S, int block_dims) {
  if (S.flags().row_contiguous) return true;
  if (block_dims != 2 || S.ndim() < 2) return false;
  const int f = S.shape(-2), t = S.shape(-1);
  int64_t expected = int64_t(f) * t;
  if (S.strides(-2) != 1 || S.strides(-1) != f) return false;
  for (int d = int(S.ndim()) - 3; d >= 0; --d) {
    if (S.shape(d) != 1 && S.strides(d) != expected) return false;
    expected *= S.shape(d);
  }
  return true;
}

void run(const Scale& d, const float* in, const Contiguous& ref, int64_t groups, int64_t size, float* out) {
  constexpr int64_t GRAIN = 1 << 15;
  const Kernels& k = kernels();
  const int64_t pieces = (size + GRAIN - 1) / GRAIN;
  std::vector<Range> ranges(size_t(groups * pieces));
  std::vector<float> offsets(size_t(ref.size()));  // by the same kernel: S = ref is 0 dB to the bit
  k.decibels({ref.data(), offsets.data(), ref.size(), d.factor, d.amin, 0});
  auto extent = [&](int64_t i) { return std::min(GRAIN, size - i % pieces * GRAIN); };
  auto at = [&](int64_t i) { return i / pieces * size + i % pieces * GRAIN; };
  parallel(groups * pieces, groups * size >= SMALL, [&](int64_t i) {
    const float offset = offsets[size_t(ref.size() == 1 ? 0 : i / pieces)];
    ranges[size_t(i)] = k.decibels({in + at(i), out + at(i), extent(i), d.factor, d.amin, offset});
  });
  if (std::isinf(d.top_db)) return;
  std::vector<float> floors(size_t(groups), -std::numeric_limits<float>::infinity());
  for (int64_t i = 0; i < groups * pieces; ++i)
    floors[size_t(i / pieces)] = std::max(floors[size_t(i / pieces)], ranges[size_t(i)].high - d.top_db);
  parallel(groups * pieces, groups * size >= SMALL, [&](int64_t i) {
    if (ranges[size_t(i)].low < floors[size_t(i / pieces)]) k.raise(out + at(i), extent(i), floors[size_t(i / pieces)]);
  });
}

class DecibelsOf : public CpuPrimitive {
 public:
  DecibelsOf(mx::Stream s, const Scale& d) : CpuPrimitive(s), d_(d) {}
  DEFINE_NAME(SpectroDecibels)
  bool is_equivalent(const mx::Primitive& other) const override {
    return d_ == static_cast<const DecibelsOf&>(other).d_;
  }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override { return {in[0].shape()}; }

  void eval_cpu(const Arrays& in, array& out) override {
    const array& S = in[0];
    const bool in_place = dense_blocks(S, d_.block_dims);
    if (in_place)
      give_memory(out, S.strides(), S.flags());
    else
      allocate(out);
    if (out.size() == 0) return;
    int64_t size = 1;
    for (int d = 1; d <= d_.block_dims; ++d) size *= S.shape(-d);
    schedule(stream(), [d = d_, in_place, size, held = array::unsafe_weak_copy(S), copied = Contiguous(S),
                        ref = Contiguous(in[1]), target = array::unsafe_weak_copy(out)]() mutable {
      const float* data = in_place ? held.data<float>() : copied.data();
      run(d, data, ref, int64_t(held.size()) / size, size, target.data<float>());
    });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    const Arrays all = mx::vjp(pieces(), in, cotangents).second;
    Arrays grads;
    for (int arg : argnums) grads.push_back(all[size_t(arg)]);
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays all = {mx::zeros_like(in[0], stream()), mx::zeros_like(in[1], stream())};
    for (size_t i = 0; i < argnums.size(); ++i) all[size_t(argnums[i])] = tangents[i];
    return mx::jvp(pieces(), in, all).second;
  }

 protected:
  array again(const Arrays& in) override {
    array ref = in[1];
    if (ref.size() != 1 && ref.ndim() < in[0].ndim()) {  // the references of one example are those of all
      mx::Shape each = in[0].shape();
      for (int d = 1; d <= d_.block_dims; ++d) each[each.size() - size_t(d)] = 1;
      ref = mx::broadcast_to(ref, each, stream());
    }
    return decibels(d_.factor, d_.amin, d_.top_db, d_.block_dims, in[0], ref, stream());
  }

 private:
  std::function<Arrays(const Arrays&)> pieces() {
    return [this](const Arrays& x) { return Arrays{in_pieces(d_, x[0], x[1], stream())}; };
  }

  Scale d_;
};

}  // namespace

array decibels(float factor, float amin, float top_db, int block_dims, const array& S, const array& ref, mx::Stream s) {
  auto primitive = std::make_shared<DecibelsOf>(s, Scale{factor, amin, top_db, block_dims});
  return array(S.shape(), mx::float32, std::move(primitive), {S, ref});
}

}  // namespace spectro
