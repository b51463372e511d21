// Spectral flux.
#include <algorithm>

#include "primitives/definitions.h"
#include "runtime/dispatch.h"
#include "runtime/memory.h"

namespace spectro {
namespace {

constexpr int64_t VALUES_PER_TASK = 1 << 15;  // tuned on two AMD cores, Linux, 2026-11

void run(const FluxPlan& plan, const std::vector<Contiguous>& in, int64_t frames, int64_t bands, float* out) {
  const Kernels& k = kernels();
  const float* reference = in.size() > 1 ? in[1].data() : nullptr;
  const FluxJob f{in[0].data(), reference, frames, bands, plan.lag, plan.max_size, plan.mean, out};
  const int64_t rows = in[0].size() / (frames * bands), steps = frames - plan.lag;
  const int64_t grain = std::max<int64_t>(1, VALUES_PER_TASK / bands), chunks = (steps + grain - 1) / grain;
  parallel(rows * chunks, in[0].size() >= SMALL, [&](int64_t i) {
    const int64_t first = i % chunks * grain;
    k.flux(f, i / chunks, first, std::min(first + grain, steps), scratch(k.flux_scratch(f)));
  });
}

constexpr int64_t SIDE_BY_SIDE = 128;  // frames of a task; tuned on two AMD cores, Linux, 2026-11

// Whether arrays (..., t, m) hold the frames of a band side by side.
bool lie_across(const Arrays& in) {
  return std::all_of(in.begin(), in.end(),
                     [](const array& x) { return !x.flags().row_contiguous && x.strides(-2) == 1; });
}

void run_across(const FluxPlan& plan, const Rows& S, const Rows& ref, int64_t steps, float* out) {
  const Kernels& k = kernels();
  const int64_t bands = S.held.shape(-1), chunks = (steps + SIDE_BY_SIDE - 1) / SIDE_BY_SIDE;
  const auto rows = int64_t(S.offsets.size());
  parallel(rows * chunks, int64_t(S.held.size()) >= SMALL, [&](int64_t i) {
    const auto row = size_t(i / chunks);
    const FluxAcrossJob f{.S = S.held.data<float>() + S.offsets[row],
                          .reference = ref.held.data<float>() + ref.offsets[row],
                          .pitch = S.stride(1),
                          .reference_pitch = ref.stride(1),
                          .steps = steps,
                          .bands = bands,
                          .lag = plan.lag,
                          .mean = plan.mean,
                          .out = out + int64_t(row) * steps * (plan.mean ? 1 : bands)};
    const int64_t first = i % chunks * SIDE_BY_SIDE;
    k.flux_across(f, first, std::min(first + SIDE_BY_SIDE, steps), scratch((k.lanes + 1) * SIDE_BY_SIDE));
  });
}

// Memory of rises (..., t, m) that lie as what they are made of: the frames of a band side by side.
void allocate_across(array& out) {
  mx::Strides strides = out.strides();
  strides[strides.size() - 1] = out.shape(-2);
  strides[strides.size() - 2] = 1;
  const bool column = out.ndim() == 2;
  give_memory(out, std::move(strides), {.contiguous = true, .row_contiguous = false, .col_contiguous = column});
}

class Flux : public Planned<Flux, ComposedPrimitive, FluxPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroFlux, "flux")
  mx::Shape output_shape(const Arrays& in) const {
    const int steps = std::max(in[0].shape(-2) - plan_.lag, 0);
    return plan_.mean ? shape_with(in[0], 2, {steps}) : shape_with(in[0], 2, {steps, in[0].shape(-1)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    if (plan_.max_size == 1 && lie_across(in)) {
      plan_.mean ? allocate(out) : allocate_across(out);
      return later(out, [plan = plan_, S = Rows(in[0], 2), ref = Rows(in.back(), 2),
                         steps = int64_t(out.shape(plan_.mean ? -1 : -2))](float* rise) {
        run_across(plan, S, ref, steps, rise);
      });
    }
    compute(out, [plan = plan_, held = std::vector<Contiguous>(in.begin(), in.end()), frames = in[0].shape(-2),
                  bands = in[0].shape(-1)](float* rise) { run(plan, held, frames, bands, rise); });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  size_t batched_inputs() const override { return 2; }
};

}  // namespace

array flux(const FluxPlan& plan, const Arrays& inputs, mx::Stream s) { return Flux::make(plan, inputs, s); }

}  // namespace spectro
