// The Python module: thin functions over the primitives. Arguments are validated above, by the plans.
#include "primitives/bindings.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/complex.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <complex>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fitting.h"
#include "primitives/both_ways.h"
#include "primitives/eager.h"
#include "primitives/polar.h"
#include "primitives/primitive.h"
#include "runtime/dispatch.h"
#include "runtime/forking.h"
#include "runtime/memory.h"
#include "runtime/pool.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace spectro;

namespace {

mx::Stream here() { return mx::default_stream(mx::Device(mx::Device::cpu)); }

Pad pad_mode(const std::string& name) {
  const auto* found = std::find(std::begin(PAD_NAMES), std::end(PAD_NAMES), name);
  if (found == std::end(PAD_NAMES)) throw std::invalid_argument("[spectro] unknown pad mode '" + name + "'");
  return Pad(found - std::begin(PAD_NAMES));
}

StftPlan stft_plan(int n_fft, int hop, int frames, int padding, const std::string& mode) {
  return {n_fft, hop, frames, padding, pad_mode(mode)};
}

void bind_transforms(nb::module_& m) {
  m.def(
      "stft",
      [](const array& y, const array& window, int n_fft, int hop, int frames, int padding, const std::string& mode) {
        return stft(stft_plan(n_fft, hop, frames, padding, mode), y, window, here());
      },
      "y"_a, "window"_a, "n_fft"_a, "hop"_a, "frames"_a, "padding"_a, "mode"_a);
  m.def(
      "istft",
      [](const array& D, const array& window, const std::optional<array>& mask, int n_fft, int hop, int start,
         int length, float floor) {
        const IstftPlan plan{n_fft, hop, start, length, 1.0f / float(n_fft), 1, true, floor};
        return mask ? istft(plan, D, window, *mask, here()) : istft(plan, D, window, here());
      },
      "D"_a, "window"_a, "mask"_a.none(), "n_fft"_a, "hop"_a, "start"_a, "length"_a, "floor"_a);
  m.def(
      "spectrogram",
      [](const array& y, const array& window, int n_fft, int hop, int frames, int padding, const std::string& mode,
         float power, const SharedBank* bank) {
        const StftPlan framing = stft_plan(n_fft, hop, frames, padding, mode);
        return spectrogram({framing, power, bank ? bank->bank : nullptr}, y, window, here());
      },
      "y"_a, "window"_a, "n_fft"_a, "hop"_a, "frames"_a, "padding"_a, "mode"_a, "power"_a, "bank"_a.none());
}

void bind_features(nb::module_& m) {
  using Asked = std::tuple<int, float, float, bool, std::vector<int>, const SharedBank*>;
  nb::class_<SharedFeatures>(m, "Features")
      .def(
          "__init__",
          [](SharedFeatures* self, nb::bytes plan, std::vector<float> hertz, const std::vector<Asked>& asked) {
            std::vector<Feature> list;
            for (const auto& [kind, power, floor, flag, cut, bank] : asked)
              list.push_back({Reduce(kind), power, floor, flag, cut, bank ? bank->bank : nullptr});
            const std::string pickled(plan.c_str(), plan.size());
            new (self) SharedFeatures{std::make_shared<Features>(pickled, std::move(hertz), std::move(list))};
          },
          "plan"_a, "hertz"_a, "features"_a);
  m.def(
      "reduced",
      [](const array& y, const array& window, int n_fft, int hop, int frames, int padding, const std::string& mode,
         const SharedFeatures& features) {
        return reduced({stft_plan(n_fft, hop, frames, padding, mode), features.features}, y, window, here());
      },
      "y"_a, "window"_a, "n_fft"_a, "hop"_a, "frames"_a, "padding"_a, "mode"_a, "features"_a);
  m.def(
      "reductions",
      [](const SharedFeatures& features, const array& S) { return reductions({features.features}, S, here()); },
      "features"_a, "S"_a);
  m.def(
      "framewise",
      [](const array& y, int length, int hop, int frames, int padding, const std::string& mode,
         std::optional<float> threshold, bool zero_is_positive, bool counts_first) {
        const FramewisePlan plan{length,         hop,       frames,           padding,
                                 pad_mode(mode), threshold, zero_is_positive, counts_first};
        return framewise(plan, y, here());
      },
      "y"_a, "length"_a, "hop"_a, "frames"_a, "padding"_a, "mode"_a, "threshold"_a.none(), "zero_is_positive"_a,
      "counts_first"_a);
}

void bind_levels(nb::module_& m) {
  nb::class_<SharedBank>(m, "Bank").def(
      "__init__",
      [](SharedBank* self, int n_bins, std::vector<int> start, std::vector<int> length, std::vector<float> weight) {
        const Runs runs(std::move(start), std::move(length), std::move(weight));
        new (self) SharedBank{std::make_shared<Bank>(n_bins, runs)};
      },
      "n_bins"_a, "start"_a, "length"_a, "weight"_a);
  m.def(
      "filterbank", [](const SharedBank& bank, const array& S) { return filterbank({bank.bank}, S, here()); }, "bank"_a,
      "S"_a);
  m.def(
      "decibels",
      [](const array& S, const array& ref, float scale, float amin, std::optional<float> top_db, int block_dims) {
        return decibels({scale, amin, top_db, block_dims}, S, ref, here());
      },
      "S"_a, "ref"_a, "scale"_a, "amin"_a, "top_db"_a.none(), "block_dims"_a);
  m.def(
      "first_order",
      [](const array& x, const std::optional<array>& state, double gain, double zero, double pole) {
        return first_order({gain, zero, pole}, state ? Arrays{x, *state} : Arrays{x}, here());
      },
      "x"_a, "state"_a.none(), "gain"_a, "zero"_a, "pole"_a);
  m.def("magnitude", [](const array& D) { return magnitude(D, here()); }, "D"_a);
  m.def("direction", [](const array& D) { return direction(D, here()); }, "D"_a);
  m.def(
      "rephase",
      [](const array& D, const std::optional<array>& earlier, const array& S, float momentum) {
        return rephase({momentum}, earlier ? Arrays{D, *earlier, S} : Arrays{D, S}, here());
      },
      "D"_a, "earlier"_a.none(), "S"_a, "momentum"_a);
  m.def(
      "flux",
      [](const array& S, const std::optional<array>& ref, int lag, int max_size, bool mean) {
        return flux({lag, max_size, mean}, ref ? Arrays{S, *ref} : Arrays{S}, here());
      },
      "S"_a, "ref"_a.none(), "lag"_a, "max_size"_a, "mean"_a);
}

struct SharedTaps {
  std::shared_ptr<const Taps> taps;
};

void bind_constantq(nb::module_& m) {
  nb::class_<SharedComplexBank>(m, "ComplexBank")
      .def(
          "__init__",
          [](SharedComplexBank* self, int n_bins, std::vector<int> start, std::vector<int> length,
             std::vector<std::complex<float>> weight) {
            const ComplexRuns runs(std::move(start), std::move(length), std::move(weight));
            new (self) SharedComplexBank{std::make_shared<ComplexBank>(n_bins, runs)};
          },
          "n_bins"_a, "start"_a, "length"_a, "weight"_a);
  m.def(
      "wavelets",
      [](const array& y, const array& window, int n_fft, int hop, int frames, int padding, const std::string& mode,
         const SharedComplexBank& bank) {
        return wavelets({stft_plan(n_fft, hop, frames, padding, mode), bank.bank}, y, window, here());
      },
      "y"_a, "window"_a, "n_fft"_a, "hop"_a, "frames"_a, "padding"_a, "mode"_a, "bank"_a);
  m.def(
      "dual", [](const SharedComplexBank& bank, const array& C) { return complex_bank({bank.bank, true}, C, here()); },
      "bank"_a, "C"_a);
  nb::class_<SharedTaps>(m, "Taps").def(
      "__init__",
      [](SharedTaps* self, std::vector<float> even, std::vector<float> odd) {
        new (self) SharedTaps{std::make_shared<const Taps>(Taps{std::move(even), std::move(odd)})};
      },
      "even"_a, "odd"_a);
  m.def(
      "halved",
      [](const SharedTaps& taps, const array& y) { return halved({taps.taps, (y.shape(-1) + 1) / 2}, y, here()); },
      "taps"_a, "y"_a);
  m.def(
      "doubled",
      [](const SharedTaps& taps, const array& x, int length) { return doubled({taps.taps, length}, x, here()); },
      "taps"_a, "x"_a, "length"_a);
}

template <class T>
nb::object numpy_of(const array& x) {
  std::vector<size_t> shape(x.shape().begin(), x.shape().end());
  auto* held = new array(x);
  nb::capsule owner(held, [](void* p) noexcept { delete static_cast<array*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, T>(held->data<T>(), shape.size(), shape.data(), owner, x.strides().data()));
}

void bind_numpy(nb::module_& m) {
  m.def(
      "borrowed",
      [](const nb::ndarray<nb::ro, nb::device::cpu>& x) {
        const bool is_complex = x.dtype() == nb::dtype<std::complex<float>>();
        if (!is_complex && x.dtype() != nb::dtype<float>()) throw nb::type_error("float32 or complex64 only");
        mx::Shape shape;
        mx::Strides strides;
        for (size_t d = 0; d < x.ndim(); ++d) {
          shape.push_back(int(x.shape(d)));
          strides.push_back(x.stride(d));
        }
        return borrowed(x.data(), std::move(shape), std::move(strides), is_complex ? mx::complex64 : mx::float32);
      },
      "x"_a, "Read a NumPy array where it lies; the caller keeps it until what is made of it is computed.");
  m.def(
      "at_once",
      [](array x) {
        {
          nb::gil_scoped_release others_may_run;
          compute_at_once(x);
        }
        return x.dtype() == mx::complex64 ? numpy_of<std::complex<float>>(x) : numpy_of<float>(x);
      },
      "x"_a, "Compute an array on this thread, as NumPy's.");
}

struct SharedPlaces {
  std::shared_ptr<const Places> places;
};

void bind_vocoder(nb::module_& m) {
  nb::class_<SharedPlaces>(m, "Places")
      .def(
          "__init__",
          [](SharedPlaces* self, nb::bytes plan, std::vector<int32_t> first, std::vector<float> share, bool goes_on) {
            const std::string pickled(plan.c_str(), plan.size());
            new (self) SharedPlaces{
                std::make_shared<const Places>(Places{pickled, std::move(first), std::move(share), goes_on})};
          },
          "plan"_a, "first"_a, "share"_a, "goes_on"_a);
  m.def(
      "vocoder",
      [](const SharedPlaces& places, const array& D, const std::optional<array>& phases) {
        return vocoder({places.places}, phases ? Arrays{D, *phases} : Arrays{D}, here());
      },
      "places"_a, "D"_a, "phases"_a.none());
}

struct SharedNetwork {
  std::shared_ptr<const Network> network;
};

void bind_separation(nb::module_& m) {
  nb::class_<SharedNetwork>(m, "Network")
      .def(
          "__init__",
          [](SharedNetwork* self, int inputs, int registers, std::vector<int16_t> steps, std::vector<int16_t> outputs) {
            new (self) SharedNetwork{
                std::make_shared<const Network>(Network{inputs, registers, std::move(steps), std::move(outputs)})};
          },
          "inputs"_a, "registers"_a, "steps"_a, "outputs"_a);
  m.def(
      "running_median",
      [](const SharedNetwork& network, const array& S, int size, int axis) {
        return running_median({size, axis, network.network}, S, here());
      },
      "network"_a, "S"_a, "size"_a, "axis"_a);
  m.def(
      "softmask",
      [](const array& X, const array& X_ref, float power, bool splits_zeros) {
        return softmask({power, splits_zeros}, {X, X_ref}, here());
      },
      "X"_a, "X_ref"_a, "power"_a, "splits_zeros"_a);
  m.def(
      "separation",
      [](const array& S, const array& harmonic, const array& percussive, float power, float margin_harmonic,
         float margin_percussive, bool masks) {
        return separation({power, margin_harmonic, margin_percussive, masks}, {S, harmonic, percussive}, here());
      },
      "S"_a, "harmonic"_a, "percussive"_a, "power"_a, "margin_harmonic"_a, "margin_percussive"_a, "masks"_a);
}

}  // namespace

NB_MODULE(_native, m) {
  refuse_other_mlx();
  m.attr("definitions") = nb::dict();  // by operation; see definitions.cpp
  rest_before_forks();
  bind_hidden(m);
  bind_levels(m);
  bind_peaks(m);
  bind_periods(m);
  bind_features(m);
  bind_constantq(m);
  bind_separation(m);
  bind_structure(m);
  bind_transforms(m);
  bind_vocoder(m);
  bind_both_ways(m);
  bind_numpy(m);
  bind_plain(m);
  bind_prediction(m);
  bind_warping(m);
  m.def("set_threads", &set_threads, "count"_a);
  m.def("threads", &threads);
  m.def("instruction_set", &instruction_set);
  m.def("use_instruction_set", &use_instruction_set, "name"_a);
  m.def("kept_memory", &kept_memory);
  m.def("kept_at_most", &kept_at_most);
  m.def("clear_memory", &clear_memory);
}
