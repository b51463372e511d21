// Products of complex arrays with factors, which MLX computes on one thread. Each is linear in both of its inputs, and
// its derivatives are other ones of them.
#include "primitives/product.h"

#include "primitives/layout.h"

namespace spectro {
namespace {

// Of z and a real factor, of z and w, of z and the conjugate of w, and of that the real part.
enum class Factor { real, complex, conjugate, inner };

struct ProductPlan {
  Factor factor;

  bool operator==(const ProductPlan&) const = default;
};

template <Factor factor>
void run(const float* __restrict z, int64_t z_step, const float* __restrict w, int64_t w_step, int64_t n,
         float* __restrict out) {
  for (int64_t i = 0; i < n; ++i) {
    const float re = z[2 * i * z_step], im = z[2 * i * z_step + 1];
    if constexpr (factor == Factor::real) {
      out[2 * i] = re * w[i * w_step];
      out[2 * i + 1] = im * w[i * w_step];
      continue;
    }
    const float other_re = w[2 * i * w_step], other_im = w[2 * i * w_step + 1];
    if constexpr (factor == Factor::inner) {
      out[i] = re * other_re + im * other_im;
    } else {
      const float sign = factor == Factor::conjugate ? -1.0f : 1.0f;
      out[2 * i] = re * other_re - im * (sign * other_im);
      out[2 * i + 1] = im * other_re + re * (sign * other_im);
    }
  }
}

template <Factor factor>
class Product : public Planned<Product<factor>, LinearPrimitive, ProductPlan> {
 public:
  using Planned<Product<factor>, LinearPrimitive, ProductPlan>::Planned;
  NAME_PRIMITIVE(SpectroProduct, "istft")
  static constexpr bool any_size = true;
  static constexpr mx::Dtype dtype = factor == Factor::inner ? mx::float32 : mx::complex64;
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  void eval_cpu(const Arrays& in, array& out) override {
    const Elements elements(in);
    elements.allocate_alike(out);
    this->later(out, [elements](float* products) {
      elements.each([&](const auto& at, const auto& step, int64_t to, int64_t n) {
        const float* z = elements.template data<float>(0) + 2 * at[0];
        const float* w = elements.template data<float>(1) + (factor == Factor::real ? 1 : 2) * at[1];
        float* out = products + (factor == Factor::inner ? 1 : 2) * to;
        if (step[0] == 1 && step[1] == 1)
          run<factor>(z, 1, w, 1, n, out);
        else
          run<factor>(z, step[0], w, step[1], n, out);
      });
    });
  }

  // The gradient g of a complex output stands for its conjugate direction, as MLX has it.
  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override;

 protected:
  size_t batched_inputs() const override { return 2; }
};

template <Factor factor>
array product(const array& z, const array& w, mx::Stream s) {
  return Product<factor>::make({factor}, {z, w}, s);
}

template <Factor factor>
Arrays Product<factor>::vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums,
                            const Arrays&) {
  const array &z = in[0], &w = in[1], &g = cotangents[0];
  const mx::Stream s = this->stream();
  Arrays grads;
  for (int arg : argnums) {
    if constexpr (factor == Factor::real)
      grads.push_back(arg == 0 ? product<Factor::real>(g, w, s) : product<Factor::inner>(g, z, s));
    else if constexpr (factor == Factor::complex)
      grads.push_back(product<Factor::conjugate>(g, arg == 0 ? w : z, s));
    else if constexpr (factor == Factor::conjugate)
      grads.push_back(arg == 0 ? product<Factor::complex>(g, w, s) : product<Factor::conjugate>(z, g, s));
    else
      grads.push_back(product<Factor::real>(arg == 0 ? w : z, g, s));
  }
  return grads;
}

}  // namespace

array masked(const array& D, const array& mask, mx::Stream s) {
  const mx::Shape shape = mx::broadcast_shapes(D.shape(), mask.shape());
  const array z = mx::broadcast_to(D, shape, s), w = mx::broadcast_to(mask, shape, s);
  return mask.dtype() == mx::complex64 ? product<Factor::complex>(z, w, s) : product<Factor::real>(z, w, s);
}

}  // namespace spectro
