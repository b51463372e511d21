// Lets mx.vmap walk past the launch of a kernel to the operation around it, which maps itself.
//
// mx.custom_function calls its function once and keeps the result among its own inputs. mx.vmap maps those inputs
// before it asks the operation's rule, which then drops this one. MLX's custom kernels have no vmap and throw there.
#include <nanobind/nanobind.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "mlx/array.h"
#include "mlx/primitives.h"

namespace nb = nanobind;
namespace mx = mlx::core;
using mx::array;
using Arrays = std::vector<array>;

namespace {

// What vmap gets for a launch: an array of the right shape that has no values.
class MappedLaunch : public mx::Primitive {
 public:
  using mx::Primitive::Primitive;
  void eval_cpu(const Arrays&, Arrays&) override { refuse(); }
  void eval_gpu(const Arrays&, Arrays&) override { refuse(); }
  const char* name() const override { return "MappedLaunch"; }

 private:
  [[noreturn]] static void refuse() {
    throw std::runtime_error("[vmap] a launch cannot be mapped by itself, only by the rule of the operation around it");
  }
};

// Evaluates as the primitive that it holds. Derivatives are refused, by MLX's default, and no launch equals another:
// that is how MLX's custom kernels have it.
class Launch : public mx::Primitive {
 public:
  explicit Launch(const array& launched)
      : Primitive(launched.primitive().stream()),
        held_(launched.primitive_ptr()),
        shape_(launched.shape()),
        dtype_(launched.dtype()) {}
  void eval_cpu(const Arrays& inputs, Arrays& outputs) override { held_->eval_cpu(inputs, outputs); }
  void eval_gpu(const Arrays& inputs, Arrays& outputs) override { held_->eval_gpu(inputs, outputs); }
  const char* name() const override { return "Launch"; }

  std::pair<Arrays, std::vector<int>> vmap(const Arrays& inputs, const std::vector<int>& axes) override {
    size_t mapped = 0;
    while (axes.at(mapped) < 0) ++mapped;
    mx::Shape shape = shape_;
    shape.insert(shape.begin(), inputs[mapped].shape(axes[mapped]));
    return {{array(shape, dtype_, std::make_shared<MappedLaunch>(stream()), {})}, {0}};
  }

 private:
  std::shared_ptr<mx::Primitive> held_;
  mx::Shape shape_;
  mx::Dtype dtype_;
};

// The same array with a primitive that can be mapped. Whether it ever will be cannot be asked: a derivative inside vmap
// has unmarked the arrays that it traced.
array mappable(const array& launched) {
  if (!launched.has_primitive()) return launched;
  if (!launched.siblings().empty()) throw std::invalid_argument("[mappable] takes the only output of a primitive");
  return array(launched.shape(), launched.dtype(), std::make_shared<Launch>(launched), launched.inputs());
}

}  // namespace

NB_MODULE(_mapping, m) {
  nb::module_::import_("mlx.core");
  m.attr("MLX_VERSION") = SPECTRO_MLX_VERSION;
  m.def("mappable", &mappable);
}
