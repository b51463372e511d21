// Spectral flux.
#include "mlx/transforms.h"
#include "runtime/dispatch.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

struct Rise {
  int lag, max_size;
  bool mean;

  bool operator==(const Rise&) const = default;
};

array frames_of(const array& S, int from, int to, mx::Stream s) {
  mx::Shape low(S.ndim(), 0), high = S.shape();
  low[S.ndim() - 2] = from;
  high[S.ndim() - 2] = to;
  return mx::slice(S, low, high, s);
}

array running_maximum(const array& S, int size, mx::Stream s) {
  const int m = S.shape(-1), before = size / 2, period = 2 * m;
  std::optional<array> result;
  for (int shift = 0; shift < size; ++shift) {
    std::vector<int> index;
    for (int i = 0; i < m; ++i) {
      const int at = (((i + shift - before) % period) + period) % period;
      index.push_back(at < m ? at : period - 1 - at);
    }
    const array neighbour = mx::take(S, array(index.begin(), {m}, mx::int32), -1, s);
    result = result ? mx::maximum(*result, neighbour, s) : neighbour;
  }
  return *result;
}

array in_pieces(const Rise& r, const Arrays& in, mx::Stream s) {
  const int frames = in[0].shape(-2), steps = frames - r.lag;
  const array base = in.size() > 1 ? in[1] : r.max_size > 1 ? running_maximum(in[0], r.max_size, s) : in[0];
  const array rise =
      mx::maximum(mx::subtract(frames_of(in[0], r.lag, frames, s), frames_of(base, 0, steps, s), s), array(0.0f), s);
  return r.mean ? mx::mean(rise, -1, false, s) : rise;
}

class FluxOf : public CpuPrimitive {
 public:
  FluxOf(mx::Stream s, const Rise& r) : CpuPrimitive(s), r_(r) {}
  DEFINE_NAME(SpectroFlux)
  bool is_equivalent(const mx::Primitive& other) const override { return r_ == static_cast<const FluxOf&>(other).r_; }
  std::vector<mx::Shape> output_shapes(const Arrays& in) override { return {shape(r_, in[0])}; }

  static mx::Shape shape(const Rise& r, const array& S) {
    const int steps = std::max(S.shape(-2) - r.lag, 0);
    return r.mean ? shape_with(S, 2, {steps}) : shape_with(S, 2, {steps, S.shape(-1)});
  }

  void eval_cpu(const Arrays& in, array& out) override {
    allocate(out);
    if (out.size() == 0) return;
    std::vector<Contiguous> held(in.begin(), in.end());
    schedule(stream(), [r = r_, held, frames = in[0].shape(-2), bands = in[0].shape(-1),
                        target = array::unsafe_weak_copy(out)]() mutable { run(r, held, frames, bands, target); });
  }

  Arrays vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums, const Arrays&) override {
    const Arrays all = mx::vjp(pieces(), in, cotangents).second;
    Arrays grads;
    for (int arg : argnums) grads.push_back(all[size_t(arg)]);
    return grads;
  }

  Arrays jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) override {
    Arrays all;
    for (const array& x : in) all.push_back(mx::zeros_like(x, stream()));
    for (size_t i = 0; i < argnums.size(); ++i) all[size_t(argnums[i])] = tangents[i];
    return mx::jvp(pieces(), in, all).second;
  }

 protected:
  array again(const Arrays& in) override { return flux(r_.lag, r_.max_size, r_.mean, in, stream()); }
  size_t batched_inputs() const override { return 2; }

 private:
  static void run(const Rise& r, const std::vector<Contiguous>& held, int64_t frames, int64_t bands, array& out) {
    const Kernels& k = kernels();
    const Flux f{held[0].data(),   held.size() > 1 ? held[1].data() : nullptr, frames, bands, r.lag, r.max_size, r.mean,
                 out.data<float>()};
    const int64_t rows = held[0].size() / (frames * bands), steps = frames - r.lag;
    const int64_t grain = std::max<int64_t>(1, 32768 / bands), chunks = (steps + grain - 1) / grain;
    parallel(rows * chunks, held[0].size() >= SMALL, [&](int64_t i) {
      const int64_t first = i % chunks * grain;
      k.flux(f, i / chunks, first, std::min(first + grain, steps), scratch(k.flux_scratch(f)));
    });
  }

  std::function<Arrays(const Arrays&)> pieces() {
    return [this](const Arrays& x) { return Arrays{in_pieces(r_, x, stream())}; };
  }

  Rise r_;
};

}  // namespace

array flux(int lag, int max_size, bool mean, const Arrays& inputs, mx::Stream s) {
  const Rise r{lag, max_size, mean};
  return array(FluxOf::shape(r, inputs[0]), mx::float32, std::make_shared<FluxOf>(s, r), inputs);
}

}  // namespace spectro
