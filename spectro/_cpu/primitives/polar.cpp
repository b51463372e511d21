#include "primitives/polar.h"

#include "primitives/layout.h"

namespace spectro {
namespace {

// A complex number times a power of two that keeps its square in range, and what its magnitude has to be multiplied by.
struct InRange {
  float re, im, root, down;
};

inline InRange in_range(const float* pair) {
  const float a = __builtin_fabsf(pair[0]), b = __builtin_fabsf(pair[1]), high = a > b ? a : b;
  const float up = high < 0x1p-40f ? 0x1p100f : high > 0x1p60f ? 0x1p-80f : 1.0f;
  const float down = high < 0x1p-40f ? 0x1p-100f : high > 0x1p60f ? 0x1p80f : 1.0f;
  const float re = pair[0] * up, im = pair[1] * up;
  return {re, im, __builtin_sqrtf(re * re + im * im), down};
}

struct Size {
  static constexpr int width = 1;

  static void run(const float* __restrict D, int64_t step, int64_t n, float* __restrict out) {
    for (int64_t i = 0; i < n; ++i) {
      const InRange z = in_range(D + 2 * i * step);
      out[i] = z.root * z.down;
    }
  }
};

struct Turn {
  static constexpr int width = 2;

  static void run(const float* __restrict D, int64_t step, int64_t n, float* __restrict out) {
    for (int64_t i = 0; i < n; ++i) {
      const InRange z = in_range(D + 2 * i * step);
      const float one = z.root == 0.0f ? 1.0f : 0.0f, root = z.root + one;
      out[2 * i] = (z.re + one) / root;
      out[2 * i + 1] = z.im / root;
    }
  }
};

template <class Self, class Plan, class Part>
class Polar : public Planned<Self, ComposedPrimitive, Plan> {
 public:
  using Planned<Self, ComposedPrimitive, Plan>::Planned;
  static constexpr bool any_size = true;
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  void eval_cpu(const Arrays& in, array& out) override {
    const Elements elements(in);
    elements.allocate_alike(out);
    this->later(out, [elements](float* parts) {
      elements.each([&](const auto& at, const auto& step, int64_t to, int64_t n) {
        const float* D = elements.data<float>(0) + 2 * at[0];
        if (step[0] == 1)
          Part::run(D, 1, n, parts + Part::width * to);
        else
          Part::run(D, step[0], n, parts + Part::width * to);
      });
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(this->plan_, in, this->stream()); }
};

class Magnitude : public Polar<Magnitude, MagnitudePlan, Size> {
 public:
  using Polar::Polar;
  NAME_PRIMITIVE(SpectroMagnitude, "magnitude")
};

class Direction : public Polar<Direction, DirectionPlan, Turn> {
 public:
  using Polar::Polar;
  NAME_PRIMITIVE(SpectroDirection, "direction")
  static constexpr mx::Dtype dtype = mx::complex64;
};

}  // namespace

array magnitude(const array& D, mx::Stream s) { return Magnitude::make({}, {D}, s); }
array direction(const array& D, mx::Stream s) { return Direction::make({}, {D}, s); }

}  // namespace spectro
