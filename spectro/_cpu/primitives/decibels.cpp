// Decibels: a pass that also finds each spectrogram's range, and a second one only where the floor lies inside it.
#include <algorithm>
#include <limits>

#include "primitives/definitions.h"
#include "runtime/dispatch.h"
#include "runtime/memory.h"

namespace spectro {
namespace {

// Values of a task: its range is found, and its floor applied, while it is in a core's cache. Tuned on two AMD cores
// (Linux, 2026-11).
constexpr int64_t VALUES_PER_TASK = 1 << 15;

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

void run(const DecibelPlan& d, const float* in, const Contiguous& ref, int64_t groups, int64_t size, float* out) {
  const Kernels& k = kernels();
  const int64_t pieces = (size + VALUES_PER_TASK - 1) / VALUES_PER_TASK;
  std::vector<Range> ranges(size_t(groups * pieces));
  std::vector<float> offsets(size_t(ref.size()));  // by the same kernel: S = ref is 0 dB to the bit
  k.decibels({ref.data(), offsets.data(), ref.size(), d.scale, d.amin, 0});
  auto extent = [&](int64_t i) { return std::min(VALUES_PER_TASK, size - i % pieces * VALUES_PER_TASK); };
  auto at = [&](int64_t i) { return i / pieces * size + i % pieces * VALUES_PER_TASK; };
  parallel(groups * pieces, groups * size >= SMALL, [&](int64_t i) {
    const float offset = offsets[size_t(ref.size() == 1 ? 0 : i / pieces)];
    ranges[size_t(i)] = k.decibels({in + at(i), out + at(i), extent(i), d.scale, d.amin, offset});
  });
  if (!d.top_db) return;
  std::vector<float> floors(size_t(groups), -std::numeric_limits<float>::infinity());
  for (int64_t i = 0; i < groups * pieces; ++i)
    floors[size_t(i / pieces)] = larger_or_nan(ranges[size_t(i)].high - *d.top_db, floors[size_t(i / pieces)]);
  parallel(groups * pieces, groups * size >= SMALL, [&](int64_t i) {
    const bool inside = ranges[size_t(i)].low >= floors[size_t(i / pieces)];  // false for a floor that is NaN
    if (!inside) k.raise(out + at(i), extent(i), floors[size_t(i / pieces)]);
  });
}

class Decibels : public Planned<Decibels, ComposedPrimitive, DecibelPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroDecibels, "decibels")
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  void eval_cpu(const Arrays& in, array& out) override {
    const array& S = in[0];
    const bool in_place = dense_blocks(S, plan_.block_dims);
    if (in_place)
      give_memory(out, S.strides(), S.flags());
    else
      allocate(out);
    int64_t size = 1;
    for (int d = 1; d <= plan_.block_dims; ++d) size *= S.shape(-d);
    later(out, [plan = plan_, in_place, size, held = array::unsafe_weak_copy(S), copied = Contiguous(S),
                ref = Contiguous(in[1])](float* level) {
      run(plan, in_place ? held.data<float>() : copied.data(), ref, int64_t(held.size()) / size, size, level);
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  array again(const Arrays& in) override {
    array ref = in[1];
    if (ref.size() != 1 && ref.ndim() < in[0].ndim()) {  // the references of one example are those of all
      mx::Shape each = in[0].shape();
      for (int d = 1; d <= plan_.block_dims; ++d) each[each.size() - size_t(d)] = 1;
      ref = mx::broadcast_to(ref, each, stream());
    }
    return make(plan_, {in[0], ref}, stream());
  }
};

}  // namespace

array decibels(const DecibelPlan& plan, const array& S, const array& ref, mx::Stream s) {
  return Decibels::make(plan, {S, ref}, s);
}

}  // namespace spectro
