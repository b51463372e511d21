// Lets mx.vmap and forward derivatives walk past the launch of a kernel, to the rule of the operation around it.
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "mlx/primitives.h"
#include "native.h"

namespace {

// What a transformation gets for a launch: an array of the right shape that has no values.
class TransformedKernel : public mx::Primitive {
 public:
  using mx::Primitive::Primitive;
  void eval_cpu(const Arrays&, Arrays&) override { refuse(); }
  void eval_gpu(const Arrays&, Arrays&) override { refuse(); }
  const char* name() const override { return "TransformedKernel"; }

 private:
  [[noreturn]] static void refuse() {
    throw std::runtime_error("[launch] only the operation around a launch can be mapped and differentiated");
  }
};

// Evaluates as the primitive that it holds. Reverse derivatives never come here, by mx.custom_function's own doing, and
// none equals another: that is how MLX's custom kernels have it.
class MappableKernel : public mx::Primitive {
 public:
  explicit MappableKernel(const array& launched)
      : Primitive(launched.primitive().stream()),
        held_(launched.primitive_ptr()),
        shape_(launched.shape()),
        dtype_(launched.dtype()) {}
  void eval_cpu(const Arrays& inputs, Arrays& outputs) override { held_->eval_cpu(inputs, outputs); }
  void eval_gpu(const Arrays& inputs, Arrays& outputs) override { held_->eval_gpu(inputs, outputs); }
  const char* name() const override { return "MappableKernel" EXPORT_HINT; }

  std::pair<Arrays, std::vector<int>> vmap(const Arrays& inputs, const std::vector<int>& axes) override {
    size_t mapped = 0;
    while (axes.at(mapped) < 0) ++mapped;
    mx::Shape shape = shape_;
    shape.insert(shape.begin(), inputs[mapped].shape(axes[mapped]));
    return {{without_values(shape)}, {0}};
  }

  Arrays jvp(const Arrays&, const Arrays&, const std::vector<int>&) override { return {without_values(shape_)}; }

 private:
  array without_values(const mx::Shape& shape) {
    return {shape, dtype_, std::make_shared<TransformedKernel>(stream()), {}};
  }

  std::shared_ptr<mx::Primitive> held_;
  mx::Shape shape_;
  mx::Dtype dtype_;
};

// The same array with a primitive that can be mapped and differentiated forward. Whether it ever will be cannot be
// asked: a derivative inside vmap has unmarked the arrays that it traced.
//
// mx.custom_function calls its function once and keeps the result among its own inputs. mx.vmap and mx.jvp transform
// those inputs before they ask the operation's rule, which then drops this one. MLX's custom kernels throw there.
array mappable(const array& launched) {
  if (!launched.has_primitive()) return launched;
  if (!launched.siblings().empty()) throw std::invalid_argument("[mappable] takes the only output of a primitive");
  return array(launched.shape(), launched.dtype(), std::make_shared<MappableKernel>(launched), launched.inputs());
}

}  // namespace

void bind_mapping(nb::module_& m) { m.def("mappable", &mappable); }
