// The MLX primitives and what they share.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/jobs.h"
#include "mlx/mlx.h"
#include "mlx/primitives.h"
#include "primitives/bank.h"

namespace spectro {

namespace mx = mlx::core;
using mx::array;
using Arrays = std::vector<array>;

// Frames of a real signal: cut, windowed, transformed; linear in the signal and in the window.
struct Frames {
  int n_fft, hop, frames, padding;
  Pad pad;
  float scale = 1, edge = 1;  // of all bins; besides, of bin 0 and of bin n_fft / 2

  bool operator==(const Frames&) const = default;
};

// Overlap-added inverse frames: samples start .. start + length - 1, divided by the envelope if so wished.
struct Overlap {
  int n_fft, hop, start, length;
  float scale, edge;
  bool normalized = false;
  float floor = 0;

  bool operator==(const Overlap&) const = default;
};

struct Level {
  float power;
  std::shared_ptr<const Bank> bank;  // or null

  bool operator==(const Level&) const = default;
};

// A primitive of one output that runs on a CPU stream.
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

array stft(const Frames& f, const array& y, const array& window, mx::Stream s);
array istft(const Overlap& o, const array& D, const array& window, mx::Stream s);
array spectrogram(const Frames& f, const Level& l, const array& y, const array& window, mx::Stream s);
array filterbank(const std::shared_ptr<const Bank>& bank, bool transposed, const array& S, mx::Stream s);
array decibels(float scale, float amin, float top_db, int block_dims, const array& S, const array& ref, mx::Stream s);
array flux(int lag, int max_size, bool mean, const Arrays& inputs, mx::Stream s);

// The adjoint of `stft` with respect to the window: y (..., n), D (..., t, f) -> (n_fft,).
array window_gradient(const Frames& f, const array& y, const array& D, mx::Stream s);

// (..., n) -> (..., padding + n + padding), and its adjoint.
array pad(const array& y, int padding, Pad mode, mx::Stream s);
array unpad(const array& padded, int padding, Pad mode, mx::Stream s);

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
