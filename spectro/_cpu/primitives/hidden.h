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

// How sequences begin and end: start (states,) are logarithms, to which the first step comes, or, where they have
// begun, the scores after it; `state` is the last one, or negative for the likeliest.
struct Ends {
  const double* start;
  bool begun;
  int64_t state;
};

// The likeliest states of `channels` sequences; path (channels, steps), score (channels,) and the scores of all states
// after the last step, (channels, states), are filled.
void decode(const Ways& ways, const Seen& seen, const Ends& ends, int64_t channels, int64_t steps, int32_t* path,
            double* score, double* last);

}  // namespace spectro
