// The kinds of MLX primitives here, the operations made of them, and how they read and write arrays.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mlx/mlx.h"
#include "mlx/primitives.h"
#include "primitives/plans.h"

namespace spectro {

namespace mx = mlx::core;
using mx::array;
using Arrays = std::vector<array>;

// A primitive of one output that runs on a CPU stream. MLX asks `is_equivalent` of primitives of one class only, which
// is why the casts in it are safe.
class CpuPrimitive : public mx::UnaryPrimitive {
 public:
  using mx::UnaryPrimitive::UnaryPrimitive;
  void eval_gpu(const Arrays&, array&) override {
    throw std::runtime_error(std::string("[") + name() + "] runs on CPU streams only");
  }
  std::pair<Arrays, std::vector<int>> vmap(const Arrays& inputs, const std::vector<int>& axes) override;

 protected:
  // The same primitive on other inputs.
  virtual array again(const Arrays& inputs) = 0;
  // How many leading inputs may have more leading dimensions; the others are vectorized by stacking.
  virtual size_t batched_inputs() const { return 1; }
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

// The derivatives of a function with respect to some of its inputs, the others being constants.
using Function = std::function<array(const Arrays&)>;
Arrays vjp_of(const Function& f, const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums);
Arrays jvp_of(const Function& f, const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums);

array stft(const StftPlan& plan, const array& y, const array& window, mx::Stream s);
array istft(const IstftPlan& plan, const array& D, const array& window, mx::Stream s);
array spectrogram(const SpectrogramPlan& plan, const array& y, const array& window, mx::Stream s);
array filterbank(const std::shared_ptr<const Bank>& bank, bool transposed, const array& S, mx::Stream s);
array decibels(const DecibelPlan& plan, const array& S, const array& ref, mx::Stream s);
array flux(const FluxPlan& plan, const Arrays& inputs, mx::Stream s);

// The adjoint of `stft` with respect to the window: y (..., n), D (..., t, f) -> (n_fft,).
array window_gradient(const StftPlan& plan, const array& y, const array& D, mx::Stream s);

// The adjoint of padding: (..., padding + n + padding) -> (..., n).
array fold(const array& padded, int padding, Pad mode, mx::Stream s);

// The shape of x with its last `dropped` dimensions replaced.
mx::Shape shape_with(const array& x, int dropped, std::initializer_list<int> last);

// Inputs read at execution time: kept weakly, as MLX's own operations do, with the memory offsets of their rows.
struct Rows {
  array held;
  std::vector<int64_t> offsets;

  // All but the last `inner` dimensions count as rows.
  Rows(const array& x, int inner);
  int64_t stride(int from_end) const { return held.strides(-from_end); }
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

// Gives the output its memory.
void allocate(array& out);

}  // namespace spectro
