#include "primitives/hidden.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "runtime/dispatch.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

constexpr int64_t GROUPS_PER_TASK = 16, STEPS_PER_TASK = 256;
constexpr int64_t MANY_WAYS = 1 << 18;  // of a step; fewer are not worth several threads

constexpr double LEAST = -std::numeric_limits<double>::infinity();

int64_t best_of(const double* value, int64_t n) { return std::max_element(value, value + n) - value; }

// Where every way is known, none leads there from elsewhere.
bool leaps(const Ways& w) { return w.longest > LEAST; }

// The scores of all states after the first step.
void begin(const Ends& ends, const double* seen, int64_t n, double* value) {
  for (int64_t i = 0; i < n; ++i) value[i] = ends.begun ? ends.start[i] : seen[i] + ends.start[i];
}

// The state of the last step.
int64_t end_of(const Ends& ends, const double* value, int64_t n) {
  return ends.state < 0 ? best_of(value, n) : ends.state;
}

// The scores of all states after each step: (steps, states).
std::unique_ptr<double[]> scores(const Ways& w, const double* seen, const Ends& ends, int64_t steps) {
  const int64_t n = w.states, groups = (n + STATES - 1) / STATES;
  std::unique_ptr<double[]> value(new double[size_t(steps * n)]);  // every step fills its own
  begin(ends, seen, n, value.get());
  int64_t ways = 0;
  for (int64_t r = w.runs[0]; r < w.runs[groups]; ++r) ways += STATES * w.run[3 * r + 1];
  if (ways < MANY_WAYS) {
    kernels().hidden_steps({n, w.runs, w.run, w.ways, value.get(), seen + n, LEAST, value.get() + n}, steps - 1,
                           w.longest);
    return value;
  }
  for (int64_t t = 1; t < steps; ++t) {
    double* now = value.get() + t * n;
    const double *earlier = now - n, leap = leaps(w) ? earlier[best_of(earlier, n)] + w.longest : LEAST;
    const HiddenJob job{n, w.runs, w.run, w.ways, earlier, seen + t * n, leap, now};
    parallel_ranges(groups, GROUPS_PER_TASK, true,
                    [&](int64_t from, int64_t to) { kernels().hidden_step(job, from, to); });
  }
  return value;
}

// The state before `state`; of equally good ones the first.
int64_t before(const Ways& w, const double* value, int64_t state) {
  int64_t best = leaps(w) ? best_of(value, w.states) : 0;
  double score = value[best] + w.longest;
  for (int64_t r = w.runs[state / STATES]; r < w.runs[state / STATES + 1]; ++r) {
    const int64_t first = w.run[3 * r], count = w.run[3 * r + 1];
    const double* way = w.ways + w.run[3 * r + 2] + state % STATES;
    for (int64_t i = 0; i < count; ++i) {
      const double other = value[first + i] + way[i * STATES];
      if (other > score || (other == score && first + i < best)) score = other, best = first + i;
    }
  }
  return best;
}

// The logarithms of one channel, (steps, states), with room behind them for a vector.
std::unique_ptr<double[]> logarithms(const Seen& seen, int64_t channel, int64_t steps, int64_t n) {
  std::unique_ptr<double[]> out(new double[size_t(steps * n + STATES)]);
  std::fill_n(out.get() + steps * n, STATES, 0.0);
  const SeenJob job{
      seen.data + channel * seen.channel, n, seen.step, seen.state, seen.probabilities, seen.share, out.get()};
  parallel_ranges(steps, STEPS_PER_TASK, steps * n >= SMALL,
                  [&](int64_t from, int64_t to) { kernels().logarithms(job, from, to); });
  return out;
}

// Whether there are few states and every way is known.
bool is_small(const Ways& w) { return w.states <= STATES && !leaps(w); }

double decode_few(const Ways& w, const double* seen, const Ends& ends, int64_t steps, int32_t* path, double* last) {
  const int64_t n = w.states;
  double value[STATES] = {};
  begin(ends, seen, n, value);
  std::unique_ptr<int8_t[]> before(new int8_t[size_t(steps * STATES)]);
  kernels().few_hidden_steps({n, steps, w.ways, seen, value, before.get()});
  std::copy_n(value, n, last);
  int64_t state = end_of(ends, value, n);
  const double score = value[state];
  for (int64_t t = steps - 1; t > 0; --t) {
    path[t] = int32_t(state);
    state = before[size_t(t * STATES + state)];
  }
  path[0] = int32_t(state);
  return score;
}

double decode_many(const Ways& w, const double* seen, const Ends& ends, int64_t steps, int32_t* path, double* last) {
  const std::unique_ptr<double[]> value = scores(w, seen, ends, steps);
  std::copy_n(value.get() + (steps - 1) * w.states, w.states, last);
  int64_t state = end_of(ends, last, w.states);
  const double score = last[state];
  path[steps - 1] = int32_t(state);
  for (int64_t t = steps - 1; t > 0; --t) {
    state = before(w, value.get() + (t - 1) * w.states, state);
    path[t - 1] = int32_t(state);
  }
  return score;
}

}  // namespace

void decode(const Ways& ways, const Seen& seen, const Ends& ends, int64_t channels, int64_t steps, int32_t* path,
            double* score, double* last) {
  parallel(channels, channels > 1 && channels * steps * ways.states >= SMALL, [&](int64_t c) {
    const std::unique_ptr<double[]> logs = logarithms(seen, c, steps, ways.states);
    const auto decode_one = is_small(ways) ? decode_few : decode_many;
    score[c] = decode_one(ways, logs.get(), ends, steps, path + c * steps, last + c * ways.states);
  });
}

}  // namespace spectro
