// Features of the magnitudes MAGNITUDE(0) .. MAGNITUDE(BINS - 1) of a frame, which THREADS_PER_TRANSFORM threads share. Each step
// of the program adds two numbers over the bins, each thread those of its own and then all together in a tree, SUM(0)
// .. SUM(2 THREADS_PER_TRANSFORM - 1), and makes of them what `target` gets. Bands are sorted where they lie, so their
// steps are the last.
{
float total = 0.0f, center = 0.0f, kept = 0.0f, kept_too = 0.0f;
for (int step = 1; step <= program[0]; ++step) {
  const int at = step * STEP_WORDS, kind = program[at];
  const int first = program[at + 2], last = program[at + 3], count = program[at + 4];  // of a band
  const float power = AS_FLOAT(program[at + 5]), scale = AS_FLOAT(program[at + 6]);
  float own = 0.0f, other = 0.0f, beyond = 0.0f;
  SYNC();
  if (kind == STEP_TOTAL) {
    for (int k = (int)lane; k < BINS; k += THREADS_PER_TRANSFORM) {
      own += MAGNITUDE(k);
      other = FMA(MAGNITUDE(k), hertz[k], other);
    }
  } else if (kind == STEP_BANDWIDTH) {
    for (int k = (int)lane; k < BINS; k += THREADS_PER_TRANSFORM) {
      const float d = hertz[k] - center;
      own = FMA(MAGNITUDE(k), raised(d < 0.0f ? -d : d, power), own);
    }
  } else if (kind == STEP_POWERS || kind == STEP_EXPONENTS) {
    for (int k = (int)lane; k < BINS; k += THREADS_PER_TRANSFORM) {
      const float x = larger(raised(MAGNITUDE(k), power), scale);
      own += kind == STEP_POWERS ? x : (float)exponent(x);
      other += log_of_mantissa(x);
    }
  } else if (kind == STEP_ENERGY) {
    for (int k = (int)lane; k < BINS; k += THREADS_PER_TRANSFORM) {
      const float square = MAGNITUDE(k) * MAGNITUDE(k);
      own += k == 0 || (k == BINS - 1 && count) ? 0.5f * square : square;
    }
  } else if (kind == STEP_WEIGHTED) {
    for (int k = (int)lane; k < BINS; k += THREADS_PER_TRANSFORM) {
      own = FMA(MAGNITUDE(k), weights[first * BINS + k], own);
      other = FMA(MAGNITUDE(k), weights[last * BINS + k], other);
    }
  } else if (kind == STEP_ROLLOFF) {
#include "rolloff.h"
  } else {
    beyond = MAGNITUDE(last - 1);  // the next band may begin with it
    SYNC();
#include "sorted.h"
    for (int i = (int)lane; i < count; i += THREADS_PER_TRANSFORM) {
      own += MAGNITUDE(first + i);
      other += MAGNITUDE(last - 1 - i);
    }
  }
  SYNC();
  SUM(lane) = own;
  SUM(THREADS_PER_TRANSFORM + lane) = other;
  SYNC();
  for (uint reach = REACH; reach > 0; reach /= 2) {
    if (lane < reach && lane + reach < THREADS_PER_TRANSFORM) {
      const float more = SUM(lane + reach);
      SUM(lane) = kind == STEP_ROLLOFF ? (more < SUM(lane) ? more : SUM(lane)) : SUM(lane) + more;
      SUM(THREADS_PER_TRANSFORM + lane) += SUM(THREADS_PER_TRANSFORM + lane + reach);
    }
    SYNC();
  }
  own = SUM(0);
  other = SUM(THREADS_PER_TRANSFORM);
  if (kind == STEP_TOTAL) {
    total = own < LEAST ? 1.0f : own;
    center = own = other / total;
  } else if (kind == STEP_BANDWIDTH) {
    own = raised(count ? own / total : own, scale);
  } else if (kind == STEP_POWERS) {
    kept = own;
    kept_too = other;
  } else if (kind == STEP_EXPONENTS) {
    const int whole = (int)own / BINS, rest = (int)own - whole * BINS;  // a geometric mean's exponent, exactly
    const float part = ((float)rest + kept_too * 1.44269504088896341f) / BINS;
    own = AS_FLOAT((whole + 127) << 23) * POW(2.0f, part) * BINS / kept;
  } else if (kind == STEP_ENERGY) {
    own = SQRT(own) * scale;
  } else if (kind == STEP_BAND) {
    own /= count;
    other /= count;
    if (lane == 0) MAGNITUDE(last - 1) = beyond;
  }
  const int column = program[at + 1], next = program[at + 7];
  if (reduces && lane == 0) {
    if (column >= 0) target[column] = own;
    if (next >= 0) target[next] = other;
  }
}
}
