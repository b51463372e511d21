// Padding in MLX's operations, and its adjoint: for gradients, where the padded signal is needed as such.
#include "mlx/transforms.h"
#include "primitives/primitive.h"

namespace spectro {
namespace {

// Where a padded position takes its sample from, and with what weight, for the positions of both sides.
void sources(int n, int padding, Pad mode, std::vector<int>& index, std::vector<float>& weight) {
  for (int side = 0; side < 2; ++side)
    for (int j = 0; j < padding; ++j) {
      const int i = side ? n + j : j - padding, edge = side ? n - 1 : 0, beyond = side ? j + 1 : padding - j;
      const int period = mode == Pad::reflect ? 2 * (n - 1) : 2 * n,
                folded = period ? ((i % period) + period) % period : 0;
      const bool mirrors = mode == Pad::reflect || mode == Pad::symmetric;
      const int last = mode == Pad::reflect ? period : period - 1;
      index.push_back(!mirrors || n == 1 ? edge : folded > n - 1 ? last - folded : folded);
      weight.push_back(mode == Pad::linear_ramp ? 1 - float(beyond) / float(padding) : 1.0f);
    }
}

// The samples of both sides, `padding` each.
array sides(const array& y, int padding, Pad mode, mx::Stream s) {
  std::vector<int> index;
  std::vector<float> weight;
  sources(y.shape(-1), padding, mode, index, weight);
  const array from(index.begin(), {2 * padding}, mx::int32), by(weight.begin(), {2 * padding});
  return mx::multiply(mx::take(y, from, -1, s), by, s);
}

array part(const array& x, int begin, int end, mx::Stream s) {
  mx::Shape low(x.ndim(), 0), high = x.shape();
  low[x.ndim() - 1] = begin;
  high[x.ndim() - 1] = end;
  return mx::slice(x, low, high, s);
}

}  // namespace

array pad(const array& y, int padding, Pad mode, mx::Stream s) {
  const array x = mx::astype(y, mx::float32, s), both = sides(x, padding, mode, s);
  return mx::concatenate({part(both, 0, padding, s), x, part(both, padding, 2 * padding, s)}, -1, s);
}

array unpad(const array& padded, int padding, Pad mode, mx::Stream s) {
  const int n = padded.shape(-1) - 2 * padding;
  const array core = part(padded, padding, padding + n, s);
  const array both =
      mx::concatenate({part(padded, 0, padding, s), part(padded, padding + n, n + 2 * padding, s)}, -1, s);
  auto pad_sides = [&](const Arrays& x) { return Arrays{sides(x[0], padding, mode, s)}; };
  return mx::add(core, mx::vjp(pad_sides, {mx::zeros_like(core, s)}, {both}).second[0], s);
}

}  // namespace spectro
