#include "primitives/hidden.h"

#include <algorithm>
#include <vector>

#include "runtime/dispatch.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

constexpr int64_t GROUPS_PER_TASK = 16;
constexpr int64_t MANY_WAYS = 1 << 18;  // of a step; fewer are not worth several threads

void decode_one(const Ways& w, const double* seen, const double* start, int64_t steps, int32_t* path, double* score) {
  const int64_t n = w.states, groups = (n + STATES - 1) / STATES;
  std::vector<double> value(seen, seen + n), next(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) value[size_t(i)] += start[i];
  std::vector<int32_t> before(static_cast<size_t>(steps * n));
  int64_t ways = 0;
  for (int64_t r = w.runs[0]; r < w.runs[groups]; ++r) ways += STATES * w.run[3 * r + 1];
  for (int64_t t = 1; t < steps; ++t) {
    const auto best = std::max_element(value.begin(), value.end());
    const HiddenJob job{n,
                        w.runs,
                        w.run,
                        w.ways,
                        value.data(),
                        seen + t * n,
                        *best + w.longest,
                        best - value.begin(),
                        next.data(),
                        before.data() + t * n};
    parallel_ranges(groups, GROUPS_PER_TASK, ways >= MANY_WAYS,
                    [&](int64_t from, int64_t to) { kernels().hidden_step(job, from, to); });
    value.swap(next);
  }
  const auto best = std::max_element(value.begin(), value.end());
  *score = *best;
  int64_t state = best - value.begin();
  for (int64_t t = steps - 1; t >= 0; --t) {
    path[t] = int32_t(state);
    state = before[size_t(t * n + state)];
  }
}

}  // namespace

void decode(const Ways& ways, const double* seen, const double* start, int64_t channels, int64_t steps, int32_t* path,
            double* score) {
  parallel(channels, channels > 1 && channels * steps * ways.states >= SMALL, [&](int64_t c) {
    decode_one(ways, seen + c * steps * ways.states, start, steps, path + c * steps, score + c);
  });
}

}  // namespace spectro
