// Calling definitions in Python, which happens when a derivative is asked for and never while one is computed.
//
// A node of a graph owns no Python object: graphs are let go on threads of MLX that do not hold the interpreter's lock,
// and after the interpreter has ended. A node's plan names its definition, which is looked up in this module's own
// dictionary, so that the interpreter alone decides how long the functions live.
#include "primitives/definitions.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>

#include <optional>

#include "primitives/polar.h"

namespace nb = nanobind;

namespace spectro {
namespace {

const char* name_of(Pad pad) { return PAD_NAMES[int(pad)]; }

template <class... Args>
array call(mx::Stream s, const char* op, const Args&... args) {
  const nb::gil_scoped_acquire lock;
  const mx::StreamContext there(s);  // MLX's operations in the definition run where the primitive does
  const nb::object definitions = nb::module_::import_("spectro._cpu._native").attr("definitions");
  return nb::cast<array>(definitions[op](args...));
}

}  // namespace

array defined(const SpectrogramPlan& p, const Arrays& in, mx::Stream s) {
  const StftPlan& f = p.stft;
  const std::optional<SharedBank> bank = p.bank ? std::optional(SharedBank{p.bank}) : std::nullopt;
  return call(s, "spectrogram", f.n_fft, f.hop, f.padding, name_of(f.pad), p.power, bank, in[0], in[1]);
}

array defined(const ReducedPlan& p, const Arrays& in, mx::Stream s) {
  const StftPlan& f = p.stft;
  const nb::gil_scoped_acquire lock;
  const nb::bytes plan(p.features->plan.data(), p.features->plan.size());
  return call(s, "reduced", f.n_fft, f.hop, f.padding, name_of(f.pad), plan, in[0], in[1]);
}

array defined(const ReductionsPlan& p, const Arrays& in, mx::Stream s) {
  const nb::gil_scoped_acquire lock;
  return call(s, "reductions", nb::bytes(p.features->plan.data(), p.features->plan.size()), in[0]);
}

array defined(const FramewisePlan& p, const Arrays& in, mx::Stream s) {
  return call(s, "framewise", p.length, p.hop, p.padding, name_of(p.pad), p.threshold, p.zero_is_positive,
              p.counts_first, in[0]);
}

array defined(const DecibelPlan& p, const Arrays& in, mx::Stream s) {
  return call(s, "decibels", p.scale, p.amin, p.top_db, p.block_dims, in[0], in[1]);
}

array defined(const FluxPlan& p, const Arrays& in, mx::Stream s) {
  if (in.size() == 1) return call(s, "flux", p.lag, p.max_size, p.mean, in[0], nb::none());
  return call(s, "flux", p.lag, p.max_size, p.mean, in[0], in[1]);
}

array defined(const FirstOrderPlan& p, const Arrays& in, mx::Stream s) {
  if (in.size() == 1) return call(s, "first_order", p.gain, p.zero, p.pole, in[0], nb::none());
  return call(s, "first_order", p.gain, p.zero, p.pole, in[0], in[1]);
}

array defined(const RephasePlan& p, const Arrays& in, mx::Stream s) {
  if (in.size() == 2) return call(s, "rephase", p.momentum, in[0], nb::none(), in[1]);
  return call(s, "rephase", p.momentum, in[0], in[1], in[2]);
}

array defined(const VocoderPlan& p, const Arrays& in, mx::Stream s) {
  const nb::gil_scoped_acquire lock;
  const nb::bytes plan(p.places->plan.data(), p.places->plan.size());
  return in.size() == 1 ? call(s, "vocoder", plan, in[0]) : call(s, "vocoder", plan, in[0], in[1]);
}

array defined(const MedianPlan& p, const Arrays& in, mx::Stream s) {
  return call(s, "running_median", p.size, p.axis, in[0]);
}

array defined(const SeparationPlan& p, const Arrays& in, mx::Stream s) {
  return call(s, "separation", p.power, p.margin_harmonic, p.margin_percussive, p.masks, in[0], in[1], in[2]);
}

array defined(const SoftmaskPlan& p, const Arrays& in, mx::Stream s) {
  return call(s, "softmask", p.power, p.splits_zeros, in[0], in[1]);
}

array defined(const MagnitudePlan&, const Arrays& in, mx::Stream s) { return call(s, "magnitude", in[0]); }

array defined(const DirectionPlan&, const Arrays& in, mx::Stream s) { return call(s, "direction", in[0]); }

array pad(const array& y, int padding, Pad mode, mx::Stream s) {
  return call(s, "pad", mx::astype(y, mx::float32, s), padding, name_of(mode));
}

}  // namespace spectro
