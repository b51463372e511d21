// Builds the graph of an operation again for other arrays.
#include "native.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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
using namespace nanobind::literals;
namespace mx = mlx::core;
using mx::array;

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
    nb::object made = fn(*nb::cast(open));
    if (!nb::isinstance<array>(made)) throw Unsafe("more than one array, or none");
    auto result = nb::cast<array>(made);
    add(result);
    result_ = source(result);
    places_.clear();
  }

  // The names of the primitives in it.
  std::vector<std::string> primitives() const { return {primitives_.begin(), primitives_.end()}; }

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
    std::string_view name = a.primitive().name();
    if (name == "RandomBits") throw Unsafe("random numbers, which differ from call to call");
    if (open) node.make = maker(a.primitive());  // mx.vmap leaves the rest alone
    primitives_.emplace(name);
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
  std::set<std::string> primitives_;
  Arrays constants_;
  size_t inputs_;
  int size_ = 0, result_ = 0;
  std::unordered_map<std::uintptr_t, Place> places_;
};

}  // namespace

NB_MODULE(_native, m) {
  nb::module_::import_("mlx.core");
  m.attr("MLX_VERSION") = SPECTRO_MLX_VERSION;
  m.def("mappable", &mappable, "launched"_a);
  nb::exception<Unsafe>(m, "Unsafe");
  nb::class_<Recording>(m, "Recording")
      .def(nb::init<const nb::callable&, const Arrays&, const std::vector<std::string>&>(), "call"_a, "examples"_a,
           "variables"_a)
      .def("replay", &Recording::replay, "arrays"_a)
      .def_prop_ro("primitives", &Recording::primitives);
}
