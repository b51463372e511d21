// The Python module: thin functions over the primitives. Arguments are validated above, by the plans.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <limits>
#include <optional>

#include "primitives/primitive.h"
#include "runtime/dispatch.h"
#include "runtime/pool.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace spectro;

namespace {

mx::Stream here() { return mx::default_stream(mx::Device(mx::Device::cpu)); }

Pad pad_mode(const std::string& name) {
  if (name == "edge") return Pad::edge;
  if (name == "reflect") return Pad::reflect;
  if (name == "symmetric") return Pad::symmetric;
  return name == "linear_ramp" ? Pad::linear_ramp : Pad::constant;
}

Frames frames_of(int n_fft, int hop, int frames, int padding, const std::string& mode) {
  return {n_fft, hop, frames, padding, pad_mode(mode)};
}

}  // namespace

NB_MODULE(_native, m) {
  nb::module_::import_("mlx.core");
  m.attr("MLX_VERSION") = SPECTRO_MLX_VERSION;

  nb::class_<Bank>(m, "Bank").def(
      "__init__",
      [](Bank* self, int n_bins, std::vector<int> start, std::vector<int> length, std::vector<float> weight) {
        new (self) Bank(n_bins, Runs(std::move(start), std::move(length), std::move(weight)));
      },
      "n_bins"_a, "start"_a, "length"_a, "weight"_a);

  m.def("stft",
        [](const array& y, const array& window, int n_fft, int hop, int frames, int padding, const std::string& mode) {
          return stft(frames_of(n_fft, hop, frames, padding, mode), y, window, here());
        });
  m.def("istft", [](const array& D, const array& window, int n_fft, int hop, int start, int length, float floor) {
    return istft(Overlap{n_fft, hop, start, length, 1.0f / float(n_fft), 1, true, floor}, D, window, here());
  });
  m.def(
      "spectrogram",
      [](const array& y, const array& window, int n_fft, int hop, int frames, int padding, const std::string& mode,
         float power, std::shared_ptr<Bank> bank) {
        return spectrogram(frames_of(n_fft, hop, frames, padding, mode), Level{power, bank}, y, window, here());
      },
      "y"_a, "window"_a, "n_fft"_a, "hop"_a, "frames"_a, "padding"_a, "mode"_a, "power"_a, "bank"_a.none());
  m.def("filterbank", [](std::shared_ptr<Bank> bank, const array& S) { return filterbank(bank, false, S, here()); });
  m.def(
      "decibels",
      [](const array& S, const array& ref, float scale, float amin, std::optional<float> top_db, int block_dims) {
        return decibels(scale, amin, top_db.value_or(std::numeric_limits<float>::infinity()), block_dims, S, ref,
                        here());
      },
      "S"_a, "ref"_a, "scale"_a, "amin"_a, "top_db"_a.none(), "block_dims"_a);
  m.def("flux", [](const std::vector<array>& inputs, int lag, int max_size, bool mean) {
    return flux(lag, max_size, mean, inputs, here());
  });

  m.def("set_threads", &set_threads);
  m.def("threads", &threads);
  m.def("instruction_set", &instruction_set);
  m.def("use_instruction_set", &use_instruction_set);
}
