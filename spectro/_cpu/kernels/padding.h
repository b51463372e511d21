// NumPy's rules of padding, for kernels that read a padded signal and for the adjoint that adds it up again.
#pragma once

#include "kernels/jobs.h"

namespace {

// A sample outside 0 .. n - 1 repeats one inside, times a weight.
struct Source {
  int64_t index;
  float weight;
};

Source source_of(spectro::Pad pad, int64_t padding, int64_t n, int64_t i) {
  using spectro::Pad;
  const int64_t edge = i < 0 ? 0 : n - 1, beyond = i < 0 ? -i : i - (n - 1);
  if (pad == Pad::constant) return {edge, 0};
  if (pad == Pad::linear_ramp) return {edge, beyond > padding ? 0 : 1 - float(beyond) / float(padding)};
  if (pad == Pad::edge || n == 1) return {edge, 1};
  const bool once = pad == Pad::reflect;  // the edge itself is not repeated
  const int64_t period = once ? 2 * (n - 1) : 2 * n, folded = ((i % period) + period) % period;
  return {folded <= n - 1 ? folded : period - (once ? 0 : 1) - folded, 1};
}

}  // namespace
