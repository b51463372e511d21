// What only C++ can do with MLX's graphs: build one again for other arrays, and let transformations walk past a
// kernel's launch.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "mlx/array.h"
#include "mlx/device.h"
#include "mlx/ops.h"
#include "mlx/primitives.h"
#include "mlx/stream.h"

namespace nb = nanobind;
namespace mx = mlx::core;
using mx::array;
using Arrays = std::vector<array>;

namespace {

// A graph that cannot be built again.
struct Unsafe : std::runtime_error {
  explicit Unsafe(const std::string& reason) : std::runtime_error("[record] " + reason) {}
};

// The graph that a function of arrays builds, with those arrays left open.
//
// Unlike mx.compile's, it may be built from arrays that mx.grad, mx.vmap and mx.compile trace: each node is made anew
// as MLX's own operations would have made it. Nothing is fused.
class Recording {
 public:
  // Calls `fn` with arrays like the examples that have no values.
  Recording(const nb::callable& fn, const Arrays& examples, const std::vector<std::string>& variables)
      : stream_(current_stream()), inputs_(examples.size()) {
    if (keeps_idle_sums()) throw Unsafe("in a shapeless trace MLX builds other graphs");
    for (auto& name : variables) variables_.emplace_back(name, text(name));
    Arrays open;
    for (auto& example : examples) {
      open.emplace_back(example.shape(), example.dtype(), nullptr, Arrays{});
      places_[open.back().id()] = {size_++, true};
    }
    auto result = nb::cast<array>(fn(*nb::cast(open)));
    add(result);
    result_ = source(result);
    places_.clear();
  }

  // None where operations would now go to another stream, or an environment variable has changed.
  std::optional<array> replay(const Arrays& inputs) const {
    if (inputs.size() != inputs_) throw std::invalid_argument("[replay] takes as many arrays as were recorded");
    if (current_stream() != stream_) return std::nullopt;
    for (auto& [name, value] : variables_) {
      if (text(name) != value) return std::nullopt;
    }
    bool plain = std::all_of(inputs.begin(), inputs.end(), [](auto& a) { return evaluated(a); });
    Arrays placed;
    placed.reserve(size_);
    placed.insert(placed.end(), inputs.begin(), inputs.end());
    auto at = [&](int place) -> const array& { return place < 0 ? constants_[~place] : placed[place]; };
    for (auto& node : nodes_) {
      if (plain && node.same) {
        placed.push_back(at(*node.same));
        continue;
      }
      Arrays from;
      from.reserve(node.sources.size());
      for (int place : node.sources) from.push_back(at(place));
      if (node.make) {
        placed.push_back(node.make(from[0]));
      } else if (node.shapes.size() == 1) {
        placed.emplace_back(node.shapes[0], node.dtypes[0], node.primitive, std::move(from));
      } else {
        for (auto& made : array::make_arrays(node.shapes, node.dtypes, node.primitive, from)) placed.push_back(made);
      }
    }
    return at(result_);
  }

 private:
  struct Node {
    std::shared_ptr<mx::Primitive> primitive;
    std::vector<mx::Shape> shapes;
    std::vector<mx::Dtype> dtypes;
    std::vector<int> sources;
    std::function<array(const array&)> make;  // instead of a primitive that cannot be shared
    std::optional<int> same;                  // the place of an equal array, where nothing will be transformed
  };

  // No transformation follows an array that has its values already, and has none to come.
  static bool evaluated(const array& a) { return a.status() != array::Status::unscheduled && !a.is_tracer(); }

  // Graphs may share a primitive only if mx.vmap leaves it as it is. These it changes where they stand (MLX 0.32.4), so
  // that each graph needs its own; the classes are not exported, and their operations are.
  static std::function<array(const array&)> maker(mx::Primitive& primitive) {
    auto stream = primitive.stream();
    std::string_view name = primitive.name();
    if (name == "Transpose") {
      return [=, axes = static_cast<mx::Transpose&>(primitive).state()](auto& a) { return transpose(a, axes, stream); };
    }
    if (name == "Broadcast") {
      return [=, to = static_cast<mx::Broadcast&>(primitive).state()](auto& a) { return broadcast_to(a, to, stream); };
    }
    if (name == "Reshape") {
      return [=, to = static_cast<mx::Reshape&>(primitive).state()](auto& a) { return reshape(a, to, stream); };
    }
    if (!kept(name)) throw Unsafe("mx.vmap may change " + std::string(name));
    return nullptr;
  }

  // Primitives known to come out of mx.vmap as they went in: our own, and those of MLX that the tests map.
  static bool kept(std::string_view name) {
    static const std::unordered_set<std::string_view> names = {
        "Abs",      "Add",          "AsType",     "Concatenate", "Conjugate", "CustomTransforms",
        "Divide",   "Equal",        "ExpandDims", "FFT",         "Flatten",   "Gather",
        "Greater",  "GreaterEqual", "Imag",       "Launch",      "Less",      "LessEqual",
        "Log10",    "Max",          "Maximum",    "Min",         "Minimum",   "Multiply",
        "Negative", "NotEqual",     "Pad",        "Power",       "Real",      "Select",
        "Sin",      "Slice",        "Sqrt",       "Square",      "Squeeze",   "StopGradient",
        "Subtract", "Sum"};
    return name.substr(0, 7) == "Spectro" || names.count(name);
  }

  static mx::Stream current_stream() { return mx::default_stream(mx::default_device()); }

  static std::string text(const std::string& variable) {
    const char* value = std::getenv(variable.c_str());
    return value ? value : "";
  }

  // The sum of one number is that number, but for a trace that does not know sizes.
  static bool keeps_idle_sums() {
    auto sum = mx::sum(array(mx::Shape{1}, mx::float32, nullptr, Arrays{}), std::vector<int>{0}, true);
    return sum.has_primitive() && std::string_view(sum.primitive().name()) == "Sum";
  }

  // Takes in a graph, in an order in which it can be built. What the open arrays have no part in is built anew as well:
  // kept, it might hold much memory for long.
  void add(const array& result) {
    std::vector<std::pair<array, bool>> waiting{{result, false}};
    while (!waiting.empty()) {
      auto [a, entered] = waiting.back();
      waiting.pop_back();
      if (places_.count(a.id()) || !a.has_primitive() || evaluated(a)) continue;
      if (entered) {
        append(a);
        continue;
      }
      waiting.emplace_back(a, true);
      for (auto& in : a.inputs()) waiting.emplace_back(in, false);
    }
  }

  void append(const array& a) {
    Node node;
    node.primitive = a.primitive_ptr();
    bool open = false;
    for (auto& in : a.inputs()) {
      node.sources.push_back(source(in));
      auto known = places_.find(in.id());
      open = open || (known != places_.end() && known->second.open);
    }
    if (open) node.make = maker(a.primitive());  // mx.vmap leaves the rest alone
    std::string_view name = a.primitive().name();
    if (name == "StopGradient" || (name == "CustomTransforms" && a.siblings().empty())) {
      node.same = node.sources.back();  // a custom function keeps the result of its own call as its last input
    }
    for (auto& out : a.outputs()) {
      node.shapes.push_back(out.shape());
      node.dtypes.push_back(out.dtype());
      places_[out.id()] = {size_++, open};
    }
    nodes_.push_back(std::move(node));
  }

  // The place of an array while a graph is built; below zero it is that of a constant, counted from ~0.
  int source(const array& a) {
    if (auto known = places_.find(a.id()); known != places_.end()) return known->second.number;
    constants_.push_back(a);
    return ~static_cast<int>(constants_.size() - 1);
  }

  struct Place {
    int number;
    bool open;  // whether it follows from the open arrays
  };

  mx::Stream stream_;
  std::vector<std::pair<std::string, std::string>> variables_;
  std::vector<Node> nodes_;
  Arrays constants_;
  size_t inputs_;
  int size_ = 0, result_ = 0;
  std::unordered_map<std::uintptr_t, Place> places_;
};

// What a transformation gets for a launch: an array of the right shape that has no values.
class TransformedLaunch : public mx::Primitive {
 public:
  using mx::Primitive::Primitive;
  void eval_cpu(const Arrays&, Arrays&) override { refuse(); }
  void eval_gpu(const Arrays&, Arrays&) override { refuse(); }
  const char* name() const override { return "TransformedLaunch"; }

 private:
  [[noreturn]] static void refuse() {
    throw std::runtime_error("[launch] only the operation around a launch can be mapped and differentiated");
  }
};

// Evaluates as the primitive that it holds. Reverse derivatives never come here, by mx.custom_function's own doing, and
// no launch equals another: that is how MLX's custom kernels have it.
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
    return {{without_values(shape)}, {0}};
  }

  Arrays jvp(const Arrays&, const Arrays&, const std::vector<int>&) override { return {without_values(shape_)}; }

 private:
  array without_values(const mx::Shape& shape) {
    return {shape, dtype_, std::make_shared<TransformedLaunch>(stream()), {}};
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
  return array(launched.shape(), launched.dtype(), std::make_shared<Launch>(launched), launched.inputs());
}

}  // namespace

NB_MODULE(_graph_native, m) {
  nb::module_::import_("mlx.core");
  m.attr("MLX_VERSION") = SPECTRO_MLX_VERSION;
  m.def("mappable", &mappable);
  m.def("traced", [](const Arrays& arrays) {
    return std::any_of(arrays.begin(), arrays.end(), [](auto& a) { return a.is_tracer(); });
  });
  nb::exception<Unsafe>(m, "Unsafe");
  nb::class_<Recording>(m, "Recording")
      .def(nb::init<const nb::callable&, const Arrays&, const std::vector<std::string>&>())
      .def("replay", &Recording::replay);
}
