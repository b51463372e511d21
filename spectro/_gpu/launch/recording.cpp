// Builds a graph again for other arrays: what Python and MLX's operations take to build one costs more than a small
// launch. replay.py says when.
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unordered_set.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fitting.h"
#include "mlx/device.h"
#include "mlx/ops.h"
#include "mlx/primitives.h"
#include "mlx/stream.h"
#include "native.h"

namespace {

using Names = std::unordered_set<std::string>;

// What a primitive is called, without what it hints at.
std::string name_of(const mx::Primitive& primitive) {
  const std::string name = primitive.name();
  return name.substr(0, name.find(';'));
}

// Primitives that mx.vmap changes where they stand (MLX 0.32.4): each graph gets its own, made by MLX's operation.
const Names MADE_ANEW = {"Broadcast", "Reshape", "Transpose"};

constexpr size_t SMALL = 64;  // bytes of a constant that a call may make each time

// No transformation follows an array that has its values already, and has none to come.
bool evaluated(const array& a) { return a.status() != array::Status::unscheduled && !a.is_tracer(); }

// A graph between open arrays and a result.
//
// Unlike mx.compile's, it may be built for arrays that mx.grad, mx.vmap and mx.compile trace: each node is made anew
// as MLX's own operations would have made it. Nothing is fused.
class Recording {
 public:
  // The graph of a result that `call(*open)` has given. Graphs may share primitives of the names in `shared`.
  Recording(const array& result, const Arrays& open, const Names& shared)
      : stream_(current_stream()), size_(open.size()) {
    for (auto& a : open) {
      kinds_.emplace_back(a.shape(), a.dtype());
      places_[a.id()] = {static_cast<int>(kinds_.size()) - 1, true};
    }
    add(result, shared);
    result_ = source(result);
    places_.clear();
  }

  bool suits(const Arrays& inputs, mx::Stream stream) const {
    return stream == stream_ &&
           std::equal(inputs.begin(), inputs.end(), kinds_.begin(), kinds_.end(),
                      [](auto& a, auto& kind) { return a.dtype() == kind.second && a.shape() == kind.first; });
  }

  bool same_call(const Recording& other) const { return stream_ == other.stream_ && kinds_ == other.kinds_; }

  array replay(const Arrays& inputs) const {
    bool plain = std::all_of(inputs.begin(), inputs.end(), evaluated);
    Arrays placed;
    placed.reserve(size_);
    placed.insert(placed.end(), inputs.begin(), inputs.end());
    auto at = [&](int place) -> const array& { return place < 0 ? constants_[~place] : placed[place]; };
    for (auto& node : nodes_) {
      if (plain && node.transforms) {  // a custom function keeps the result of its own call as its last input
        placed.push_back(at(node.sources.back()));
      } else if (node.make) {
        placed.push_back(node.make(at(node.sources[0])));
      } else {
        Arrays from;
        from.reserve(node.sources.size());
        for (int place : node.sources) from.push_back(at(place));
        placed.emplace_back(node.shape, node.dtype, node.primitive, std::move(from));
      }
    }
    return at(result_);
  }

  // Whether another graph computes the same, as far as MLX can tell.
  bool equals(const Recording& other) const {
    return result_ == other.result_ &&
           std::equal(nodes_.begin(), nodes_.end(), other.nodes_.begin(), other.nodes_.end(), same_node) &&
           std::equal(constants_.begin(), constants_.end(), other.constants_.begin(), other.constants_.end(),
                      same_constant);
  }

  // The names of those primitives that mx.vmap meets.
  Names primitives() const {
    Names names;
    for (auto& node : nodes_) {
      if (node.open) names.insert(name_of(*node.primitive));
    }
    return names;
  }

 private:
  struct Node {
    std::shared_ptr<mx::Primitive> primitive;
    mx::Shape shape;
    mx::Dtype dtype;
    std::vector<int> sources;
    std::function<array(const array&)> make;  // instead of a primitive that cannot be shared
    bool transforms;                          // matters to transformations alone
    bool open = false;                        // follows from the open arrays
  };

  struct Place {
    int number;  // in the order of building; below zero it is that of a constant, counted from ~0
    bool open;   // whether it follows from the open arrays
  };

  static mx::Stream current_stream() { return mx::default_stream(mx::default_device()); }

  // The classes that mx.vmap changes are not exported by MLX, their operations are.
  static std::function<array(const array&)> maker(mx::Primitive& primitive) {
    auto stream = primitive.stream();
    std::string_view name = primitive.name();
    if (name == "Transpose") {
      return [=, axes = static_cast<mx::Transpose&>(primitive).state()](auto& a) { return transpose(a, axes, stream); };
    }
    if (name == "Broadcast") {
      return [=, to = static_cast<mx::Broadcast&>(primitive).state()](auto& a) { return broadcast_to(a, to, stream); };
    }
    return [=, to = static_cast<mx::Reshape&>(primitive).state()](auto& a) { return reshape(a, to, stream); };
  }

  // Takes in a graph, in an order in which it can be built. What the open arrays have no part in is built anew as well:
  // kept, it might hold much memory for long.
  void add(const array& result, const Names& shared) {
    std::vector<std::pair<array, bool>> waiting{{result, false}};
    while (!waiting.empty()) {
      auto [a, entered] = waiting.back();
      waiting.pop_back();
      if (places_.count(a.id()) || !a.has_primitive() || evaluated(a)) continue;
      if (entered) {
        append(a, shared);
        continue;
      }
      waiting.emplace_back(a, true);
      for (auto& in : a.inputs()) waiting.emplace_back(in, false);
    }
  }

  void append(const array& a, const Names& shared) {
    std::string name = name_of(a.primitive());
    Node node{a.primitive_ptr(), a.shape(), a.dtype(), {}, nullptr, name == "CustomTransforms"};
    for (auto& in : a.inputs()) {
      node.sources.push_back(source(in));
      auto known = places_.find(in.id());
      node.open = node.open || (known != places_.end() && known->second.open);
    }
    // mx.vmap leaves alone what the open arrays have no part in
    if ((node.open && !shared.count(name) && !MADE_ANEW.count(name)) || !a.siblings().empty()) {
      throw std::invalid_argument("[record] " + name + " is not known to be safe to build again");
    }
    if (node.open && MADE_ANEW.count(name)) node.make = maker(a.primitive());
    places_[a.id()] = {static_cast<int>(size_++), node.open};
    nodes_.push_back(std::move(node));
  }

  int source(const array& a) {
    if (auto known = places_.find(a.id()); known != places_.end()) return known->second.number;
    constants_.push_back(a);
    return ~static_cast<int>(constants_.size() - 1);
  }

  static bool same_node(const Node& a, const Node& b) {
    auto &p = *a.primitive, &q = *b.primitive;
    bool ours = name_of(p) == "MappableKernel" || a.transforms;  // which MLX never calls equal
    return std::strcmp(p.name(), q.name()) == 0 && a.shape == b.shape && a.dtype == b.dtype && a.sources == b.sources &&
           (ours || (typeid(p) == typeid(q) && p.is_equivalent(q)));
  }

  static bool same_constant(const array& a, const array& b) {
    if (a.id() == b.id()) return true;
    auto known = [](const array& c) { return c.status() == array::Status::available && c.flags().row_contiguous; };
    return a.shape() == b.shape() && a.dtype() == b.dtype() && a.nbytes() <= SMALL && known(a) && known(b) &&
           std::memcmp(a.data<char>(), b.data<char>(), a.nbytes()) == 0;
  }

  mx::Stream stream_;
  std::vector<std::pair<mx::Shape, mx::Dtype>> kinds_;
  std::vector<Node> nodes_;
  Arrays constants_;
  size_t size_;  // arrays at hand when all are built
  int result_ = 0;
  std::unordered_map<std::uintptr_t, Place> places_;
};

// A function of arrays that replays what is recorded of a call, and leaves every other call to `plain(self, arrays)`.
class Replay {
 public:
  static constexpr size_t CAPACITY = 8;  // streams, or kinds of arrays

  Replay(nb::callable plain, std::vector<nb::callable> watched)
      : plain_(std::move(plain)), watched_(std::move(watched)) {}

  // Takes a recording for calls of its kind from now on, as long as what is watched stays as it is.
  void add(std::shared_ptr<Recording> recording) {
    std::vector<nb::object> seen;
    for (auto& watch : watched_) seen.push_back(watch());
    auto added = std::make_shared<Entry>(std::move(recording), std::move(seen));
    Entries kept, before;  // what goes may run Python, so it goes after the lock
    const std::lock_guard lock(mutex_);
    for (auto& entry : entries_) {
      if (!entry->recording->same_call(*added->recording)) kept.push_back(entry);
    }
    if (kept.size() == CAPACITY) kept.erase(kept.begin());
    kept.push_back(std::move(added));
    before.swap(entries_);
    entries_.swap(kept);
  }

  nb::object call(nb::handle self, PyObject* arguments) const {
    Arrays inputs;
    if (auto entry = found(arguments, inputs); entry && unchanged(*entry) && !spectro::sizes_are_open(inputs)) {
      nb::object out = nb::inst_alloc(nb::type<array>());
      new (nb::inst_ptr<array>(out)) array(entry->recording->replay(inputs));
      nb::inst_mark_ready(out);
      return out;
    }
    return plain_(self, nb::borrow(arguments));
  }

 private:
  struct Entry {
    Entry(std::shared_ptr<Recording> r, std::vector<nb::object> s) : recording(std::move(r)), seen(std::move(s)) {}
    std::shared_ptr<Recording> recording;
    std::vector<nb::object> seen;
  };

  using Entries = std::vector<std::shared_ptr<Entry>>;

  // A share of the entry: another thread may replace it while Python runs.
  std::shared_ptr<Entry> found(PyObject* arguments, Arrays& inputs) const {
    auto type = reinterpret_cast<PyTypeObject*>(nb::type<array>().ptr());
    for (Py_ssize_t i = 0, count = PyTuple_GET_SIZE(arguments); i < count; ++i) {
      PyObject* given = PyTuple_GET_ITEM(arguments, i);
      if (Py_TYPE(given) != type) return nullptr;
      inputs.push_back(*nb::inst_ptr<array>(given));
    }
    auto stream = mx::default_stream(mx::default_device());
    const std::lock_guard lock(mutex_);
    for (auto& entry : entries_) {
      if (entry->recording->suits(inputs, stream)) return entry;
    }
    return nullptr;
  }

  bool unchanged(const Entry& entry) const {
    return std::equal(entry.seen.begin(), entry.seen.end(), watched_.begin(), [](auto& seen, auto& watch) {
      nb::object now = watch();
      return now.is(seen) || now.equal(seen);
    });
  }

  nb::callable plain_;
  std::vector<nb::callable> watched_;
  mutable std::mutex mutex_;  // of the entries: free-threaded Python has no lock of its own
  Entries entries_;
};

PyObject* call_replay(PyObject* self, PyObject* arguments, PyObject* keywords) {
  try {
    if (keywords && PyDict_GET_SIZE(keywords)) throw nb::type_error("a prepared call takes arrays alone");
    return nb::inst_ptr<Replay>(self)->call(self, arguments).release().ptr();
  } catch (nb::python_error& error) {
    error.restore();
  } catch (nb::builtin_exception& error) {
    PyErr_SetString(PyExc_TypeError, error.what());
  } catch (std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

PyType_Slot replay_slots[] = {{Py_tp_call, reinterpret_cast<void*>(&call_replay)}, {0, nullptr}};

}  // namespace

NB_MODULE(_native, m) {
  spectro::refuse_other_mlx();
  bind_mapping(m);
  m.attr("MADE_ANEW") = nb::cast(MADE_ANEW);
  m.def("sizes_are_open", &spectro::sizes_are_open);
  m.def("same_array", [](const array& a, const array& b) { return a.id() == b.id(); });
  m.def("without_values", [](const Arrays& arrays) {
    Arrays open;
    for (auto& a : arrays) open.emplace_back(a.shape(), a.dtype(), nullptr, Arrays{});
    return open;
  });
  nb::class_<Recording>(m, "Recording")
      .def(nb::init<const array&, const Arrays&, const Names&>())
      .def("equals", &Recording::equals)
      .def_prop_ro("primitives", &Recording::primitives);
  nb::class_<Replay>(m, "Replay", nb::type_slots(replay_slots))
      .def(nb::init<nb::callable, std::vector<nb::callable>>())
      .def("add", &Replay::add);
}
