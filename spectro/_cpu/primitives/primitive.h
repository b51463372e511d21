// The kinds of MLX primitives here, the operations made of them, and how they read and write arrays.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mlx/mlx.h"
#include "mlx/primitives.h"
#include "primitives/plans.h"
#include "runtime/schedule.h"
#include "tracing.h"

namespace spectro {

namespace mx = mlx::core;
using mx::array;
using Arrays = std::vector<array>;

// What a primitive is called, and the operation that it is to a caller.
#define NAME_PRIMITIVE(PRIMITIVE, OPERATION)                           \
  const char* name() const override { return #PRIMITIVE EXPORT_HINT; } \
  static constexpr const char* operation = OPERATION;

// Gives the output its memory.
void allocate(array& out);

// A primitive of one float32 or complex64 output that runs on a CPU stream.
class CpuPrimitive : public mx::UnaryPrimitive {
 public:
  using mx::UnaryPrimitive::UnaryPrimitive;
  void eval_gpu(const Arrays&, array&) override {
    throw std::runtime_error(std::string("[") + name() + "] runs on CPU streams only");
  }
  std::pair<Arrays, std::vector<int>> vmap(const Arrays& inputs, const std::vector<int>& axes) override;

  static constexpr mx::Dtype dtype = mx::float32;  // of the output
  static constexpr bool any_size = false;          // whether the plan says nothing of the inputs' sizes

 protected:
  // The same primitive on other inputs.
  virtual array again(const Arrays& inputs) = 0;
  // How many leading inputs may have more leading dimensions; the others are vectorized by stacking.
  virtual size_t batched_inputs() const { return 1; }

  // Has f(float* memory of the output) run on the stream; nothing runs for an output without elements.
  template <class F>
  void later(array& out, F f) {
    if (out.size() == 0) return;
    schedule(stream(),
             [f = std::move(f), target = array::unsafe_weak_copy(out)]() mutable { f(target.data<float>()); });
  }
  template <class F>
  void compute(array& out, F f) {
    allocate(out);
    later(out, std::move(f));
  }
};

// A primitive that is linear in each of its inputs.
class LinearPrimitive : public CpuPrimitive {
 public:
  using CpuPrimitive::CpuPrimitive;
  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override;
};

// A primitive whose derivatives are those of its definition, as `fast::Custom` of MLX has them of its fallback.
class ComposedPrimitive : public CpuPrimitive {
 public:
  using CpuPrimitive::CpuPrimitive;
  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override;
  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override;

 protected:
  // The same function of operations that have derivatives of every order.
  virtual array definition(const Arrays& in) = 0;
};

std::vector<mx::Shape> shapes_of(const Arrays& arrays);
[[noreturn]] void refuse_sizes(const char* operation);

// What a primitive of any of these kinds is, besides what it computes: its plan.
template <class Self, class Kind, class Plan>
class Planned : public Kind {
 public:
  Planned(mx::Stream s, Plan plan) : Kind(s), plan_(std::move(plan)) {}

  // MLX asks this of primitives of one class only, which makes the cast safe.
  bool is_equivalent(const mx::Primitive& other) const override {
    return plan_ == static_cast<const Planned&>(other).plan_;
  }

  // MLX asks where a trace of arrays of any size meets others than its first ones, for which a plan may be wrong.
  std::vector<mx::Shape> output_shapes(const Arrays& in) override {
    if (!Self::any_size && shapes_of(in) != planned_for_) refuse_sizes(Self::operation);
    return {static_cast<const Self*>(this)->output_shape(in)};
  }

  static array make(const Plan& plan, const Arrays& in, mx::Stream s) {
    auto self = std::make_shared<Self>(s, plan);
    if (!Self::any_size) self->planned_for_ = shapes_of(in);
    mx::Shape shape = self->output_shape(in);
    return array(std::move(shape), Self::dtype, std::move(self), in);
  }

 protected:
  array again(const Arrays& in) override { return make(plan_, in, this->stream()); }

  const Plan plan_;

 private:
  std::vector<mx::Shape> planned_for_;
};

// The derivatives of a function with respect to some of its inputs, the others being constants.
using Function = std::function<array(const Arrays&)>;
Arrays vjp_of(const Function& f, const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums);
Arrays jvp_of(const Function& f, const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums);

array stft(const StftPlan& plan, const array& y, const array& window, mx::Stream s);
array istft(const IstftPlan& plan, const array& D, const array& window, mx::Stream s);
// The same of D times a mask, each repeated over the leading dimensions of the other.
array istft(const IstftPlan& plan, const array& D, const array& window, const array& mask, mx::Stream s);
array spectrogram(const SpectrogramPlan& plan, const array& y, const array& window, mx::Stream s);
array reduced(const ReducedPlan& plan, const array& y, const array& window, mx::Stream s);
array reductions(const ReductionsPlan& plan, const array& S, mx::Stream s);
array framewise(const FramewisePlan& plan, const array& y, mx::Stream s);
array wavelets(const WaveletPlan& plan, const array& y, const array& window, mx::Stream s);
array complex_bank(const ComplexBankPlan& plan, const array& spectra, mx::Stream s);
array halved(const RatePlan& plan, const array& y, mx::Stream s);
array doubled(const RatePlan& plan, const array& x, mx::Stream s);
array filterbank(const FilterbankPlan& plan, const array& S, mx::Stream s);
array decibels(const DecibelPlan& plan, const array& S, const array& ref, mx::Stream s);
array first_order(const FirstOrderPlan& plan, const Arrays& inputs, mx::Stream s);
array rephase(const RephasePlan& plan, const Arrays& inputs, mx::Stream s);
array vocoder(const VocoderPlan& plan, const Arrays& inputs, mx::Stream s);
array flux(const FluxPlan& plan, const Arrays& inputs, mx::Stream s);
array running_median(const MedianPlan& plan, const array& S, mx::Stream s);
array separation(const SeparationPlan& plan, const Arrays& inputs, mx::Stream s);
array softmask(const SoftmaskPlan& plan, const Arrays& inputs, mx::Stream s);

// The adjoint of `stft` with respect to the window: y (..., n), D (..., t, f) -> (n_fft,).
array window_gradient(const StftPlan& plan, const array& y, const array& D, mx::Stream s);

// The adjoint of padding: (..., padding + n + padding) -> (..., n).
array fold(const FoldPlan& plan, const array& padded, mx::Stream s);

// Arrays in row-major order: as they are where they lie so.
Arrays dense(const Arrays& arrays, mx::Stream s);

// The shape of x with its last `dropped` dimensions replaced.
mx::Shape shape_with(const array& x, int dropped, std::initializer_list<int> last);

// Inputs read at execution time: kept weakly, as MLX's own operations do, with the memory offsets of their rows.
struct Rows {
  array held;
  std::vector<int64_t> offsets;

  // All but the last `inner` dimensions count as rows; those of `outer`, over which they are repeated, if it is given.
  Rows(const array& x, int inner) : Rows(x, inner, {x.shape().begin(), x.shape().end() - inner}) {}
  Rows(const array& x, int inner, const mx::Shape& outer);
  int64_t stride(int from_end) const { return held.strides(-from_end); }
  // The same, and 0 where a single value stands for all.
  int64_t step(int from_end) const { return held.shape(-from_end) == 1 ? 0 : stride(from_end); }
};

// The values of a float32 array in row-major order: in place where they lie so, copied otherwise.
class Contiguous {
 public:
  explicit Contiguous(const array& x) : rows_(x, x.ndim() ? 1 : 0) {}
  const float* data() const;
  int64_t size() const { return int64_t(rows_.held.size()); }

 private:
  Rows rows_;
  mutable std::vector<float> copy_;
};

}  // namespace spectro
