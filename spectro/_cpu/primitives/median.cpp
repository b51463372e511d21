// Running medians of levels, or of the magnitudes of spectra.
#include "primitives/definitions.h"
#include "runtime/dispatch.h"

namespace spectro {
namespace {

constexpr int64_t VALUES_PER_TASK = 1 << 15;

void run(const MedianPlan& plan, const float* in, int64_t rows, int64_t n, int64_t width, float* out) {
  const Network& net = *plan.network;
  const Selection selection{
      net.inputs,       net.registers,     int64_t(net.steps.size() / 4), int64_t(net.outputs.size()),
      net.steps.data(), net.outputs.data()};
  const MedianJob job{in, out, n, width, plan.size, plan.axis == -2, selection};
  const Kernels& k = kernels();
  const int64_t tasks = k.median_tasks(job);
  parallel(rows * tasks, rows * n * width >= SMALL / 16,
           [&](int64_t i) { k.median(job, i / tasks, i % tasks, scratch(k.median_scratch(job))); });
}

class RunningMedian : public Planned<RunningMedian, ComposedPrimitive, MedianPlan> {
 public:
  using Planned::Planned;
  NAME_PRIMITIVE(SpectroRunningMedian, "running_median")
  mx::Shape output_shape(const Arrays& in) const { return in[0].shape(); }

  void eval_cpu(const Arrays& in, array& out) override {
    compute(out, [plan = plan_, S = array::unsafe_weak_copy(in[0])](float* medians) {
      const int64_t n = S.shape(-2), width = S.shape(-1), size = int64_t(S.size());
      const bool complex = S.dtype() == mx::complex64;
      std::vector<float> levels(complex ? size_t(size) : 0);
      if (complex)
        parallel_ranges(size, VALUES_PER_TASK, size >= SMALL, [&](int64_t first, int64_t last) {
          kernels().magnitudes(S.data<float>() + 2 * first, levels.data() + first, last - first);
        });
      run(plan, complex ? levels.data() : S.data<float>(), size / (n * width), n, width, medians);
    });
  }

 protected:
  array definition(const Arrays& in) override { return defined(plan_, in, stream()); }
  array again(const Arrays& in) override { return running_median(plan_, in[0], stream()); }
};

}  // namespace

array running_median(const MedianPlan& plan, const array& S, mx::Stream s) {
  return RunningMedian::make(plan, {mx::contiguous(S, false, s)}, s);
}

}  // namespace spectro
