// Viterbi's algorithm over plain memory.
#pragma once

#include <cstdint>

namespace spectro {

// Ways between states, as `HiddenJob` has them; `longest` is the way where no other is known.
struct Ways {
  int64_t states;
  const int64_t *runs, *run;
  const double* ways;
  double longest;
};

// What is seen, (channels, steps, states): probabilities, or logarithms of them; less a share of each state, or null.
struct Seen {
  const double* data;
  int64_t channel, step, state;  // how far it is to the next
  bool probabilities;
  const double* share;
};

// The likeliest states of `channels` sequences; start (states,) are logarithms; path (channels, steps) and score
// (channels,) are filled.
void decode(const Ways& ways, const Seen& seen, const double* start, int64_t channels, int64_t steps, int32_t* path,
            double* score);

}  // namespace spectro
