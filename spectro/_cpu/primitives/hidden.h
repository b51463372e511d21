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

// The likeliest states of `channels` sequences, all in logarithms: seen (channels, steps, states), start (states,);
// path (channels, steps) and score (channels,) are filled.
void decode(const Ways& ways, const double* seen, const double* start, int64_t channels, int64_t steps, int32_t* path,
            double* score);

}  // namespace spectro
