// Element-wise functions of W values: square root, powers, logarithm.
#pragma once

#include <math.h>

#include "kernels/simd.h"

namespace {

constexpr float LARGEST = 3.402823466e38f;

// The larger ones; NaN where either is.
SPECTRO_INLINE V larger(V a, V b) { return ((a > b) | (a != a)) ? a : b; }

SPECTRO_INLINE V square_root(V x) {
#pragma GCC unroll 16
  for (int l = 0; l < W; ++l) x[l] = __builtin_sqrtf(x[l]);
  return x;
}

// x ** (power / 2) of x >= 0, 0 at 0 and NaN of NaN: products of roots for every half-integer power.
V root_power(V x, float power) {
  constexpr int MOST_QUARTERS = 32;  // products beyond x^8 are no faster than powf, and less accurate
  const float quarters = 2 * power;  // of x: x^(power / 2) = (x^(1/4))^quarters
  const int whole = int(quarters);
  if (power == 1) return square_root(x);
  if (float(whole) != quarters || whole < 0 || whole > MOST_QUARTERS) {
    for (int l = 0; l < W; ++l) x[l] = x[l] == 0 ? 0 : powf(x[l], power / 2);
    return x;
  }
  const V half = square_root(x), quarter = square_root(half);
  V y = splat(1);
  for (int i = 0; i < whole / 4; ++i) y *= x;
  if (whole & 2) y *= half;
  if (whole & 1) y *= quarter;
  return y;
}

// Squares between these have lost nothing at the ends of single precision's range.
constexpr float LOW_SQUARE = 0x1p-100f, HIGH_SQUARE = 0x1p100f;

// r + i j over `unit`, a power of two that brings the square into range.
struct Scaled {
  V r, i, square, unit;
};

SPECTRO_INLINE Scaled scaled(V r, V i) {
  const V square = r * r + i * i, one = splat(1);
  const V up = square < LOW_SQUARE ? splat(0x1p90f) : square > HIGH_SQUARE ? splat(0x1p-90f) : one;
  const V unit = square < LOW_SQUARE ? splat(0x1p-90f) : square > HIGH_SQUARE ? splat(0x1p90f) : one;
  r *= up;
  i *= up;
  return {r, i, r * r + i * i, unit};
}

SPECTRO_INLINE V convert(VI x) { return __builtin_convertvector(x, V); }

// log10 of positive normal numbers; of powers of ten to the bit.
SPECTRO_INLINE V log10_of(V x) {
  constexpr float two_high = 0x1.344p-2f, two_low = 4.6050389811952e-06f;  // log10(2): its product with e is exact
  const VI shifted = (VI)x - 0x3f3504f3;  // sqrt(1/2): the mantissa lands in [sqrt(1/2), sqrt(2))
  const V e = convert(shifted >> 23);
  const V f = (V)((shifted & 0x007fffff) + 0x3f3504f3) - 1.0f;
  // ln(1 + f) = 2 atanh(s), s = f / (2 + f): odd powers of s up to s^9
  const V s = f / (f + 2.0f), q = s * s;
  const V tail = q * (0.66666666666f + q * (0.4f + q * (0.28571428571f + q * 0.23f)));
  return e * two_high + (e * two_low + (2.0f * s + s * tail) * 0.43429448190325182765f);
}

// Natural logarithm of positive normal doubles, to 0.55 of the last place: of x = 2^e m, with m around 1, it is
// e log(2) + 2 artanh((m - 1) / (m + 1)), whose leading part is held in two numbers.
SPECTRO_INLINE VD log_of(VD x) {
  constexpr uint64_t ONE = 0x3ff0000000000000, ROOT_HALF = 0x3fe6a09e667f3bcd, UPPER = ~uint64_t(0) << 27;
  constexpr double two_high = 0x1.62e42fefa3800p-1, two_low = 0x1.ef35793c76730p-45;  // log(2)
  const VDB bits = (VDB)x, biased = (bits + (ONE - ROOT_HALF)) >> 52;
  const VD e = (VD)(biased + 0x4330000000000000) - (0x1p52 + 1023), m = (VD)(bits - (biased << 52) + ONE);
  const VD f = m - 1.0, d = m + 1.0, inverse = 1.0 / d, s = f * inverse, z = s * s;
  const VD s_high = (VD)((VDB)s & UPPER), d_high = (VD)((VDB)d & UPPER);  // their products are exact
  const VD d_low = (d - d_high) + (m - (d - 1.0));
  const VD s_low = ((f - s_high * d_high) - s_high * d_low) * inverse;
  VD series = VD{} + 2.0 / 21;
#pragma GCC unroll 9
  for (int k = 19; k >= 3; k -= 2) series = series * z + 2.0 / k;
  const VD high = e * two_high, sum = high + 2.0 * s_high;
  return sum + ((2.0 * s_high - (sum - high)) + (e * two_low + (2.0 * s_low + s * z * series)));
}

}  // namespace
