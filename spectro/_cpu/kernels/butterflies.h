// Transforms of a few values, W signals at once.
#pragma once

#include "kernels/simd.h"

namespace {

struct C {
  V r, i;
};

SPECTRO_INLINE C operator+(C a, C b) { return {a.r + b.r, a.i + b.i}; }
SPECTRO_INLINE C operator-(C a, C b) { return {a.r - b.r, a.i - b.i}; }
SPECTRO_INLINE C times(C a, float r, float i) { return {a.r * r - a.i * i, a.r * i + a.i * r}; }
SPECTRO_INLINE C minus_i(C a) { return {a.i, -a.r}; }

// Cosines and sines of 2 pi j / R for the odd radices, j = 1 .. (R - 1) / 2.
template <int R>
struct Roots;
template <>
struct Roots<3> {
  static constexpr float c[] = {-0.5f}, s[] = {0.86602540378443864676f};
};
template <>
struct Roots<5> {
  static constexpr float c[] = {0.30901699437494742410f, -0.80901699437494742410f};
  static constexpr float s[] = {0.95105651629515357212f, 0.58778525229247312917f};
};
template <>
struct Roots<7> {
  static constexpr float c[] = {0.62348980185873353053f, -0.22252093395631440429f, -0.90096886790241912624f};
  static constexpr float s[] = {0.78183148246802980871f, 0.97492791218182360702f, 0.43388373911755812048f};
};
template <>
struct Roots<11> {
  static constexpr float c[] = {0.84125353283118116886f, 0.41541501300188642553f, -0.14231483827328514044f,
                                -0.65486073394528506406f, -0.95949297361449738989f};
  static constexpr float s[] = {0.54064081745559758211f, 0.90963199535451837141f, 0.98982144188093273237f,
                                0.75574957435425828377f, 0.28173255684142969771f};
};
template <>
struct Roots<13> {
  static constexpr float c[] = {0.88545602565320989590f,  0.56806474673115580251f,  0.12053668025532305335f,
                                -0.35460488704253562594f, -0.74851074817110109863f, -0.97094181742605202716f};
  static constexpr float s[] = {0.46472317204376854566f, 0.82298386589365639457f, 0.99270887409805399280f,
                                0.93501624268541482344f, 0.66312265824079520238f, 0.23931566428755776714f};
};

// An odd radix: pairs x[j] +- x[R - j] meet the cosines and the sines.
template <int R>
SPECTRO_INLINE void butterfly(C (&x)[R]) {
  constexpr int H = R / 2;
  C sum[H], difference[H], total = x[0];
#pragma GCC unroll 8
  for (int j = 0; j < H; ++j) {
    sum[j] = x[j + 1] + x[R - 1 - j];
    difference[j] = x[j + 1] - x[R - 1 - j];
    total = total + sum[j];
  }
#pragma GCC unroll 8
  for (int k = 1; k <= H; ++k) {
    C even = x[0], odd = {V{}, V{}};
#pragma GCC unroll 8
    for (int j = 1; j <= H; ++j) {
      const int turn = j * k % R, index = (turn <= H ? turn : R - turn) - 1;
      const float c = Roots<R>::c[index], s = turn <= H ? Roots<R>::s[index] : -Roots<R>::s[index];
      even = {even.r + sum[j - 1].r * c, even.i + sum[j - 1].i * c};
      odd = {odd.r + difference[j - 1].i * s, odd.i - difference[j - 1].r * s};
    }
    x[k] = even + odd;
    x[R - k] = even - odd;
  }
  x[0] = total;
}

template <>
SPECTRO_INLINE void butterfly<2>(C (&x)[2]) {
  C a = x[0] + x[1];
  x[1] = x[0] - x[1];
  x[0] = a;
}

template <>
SPECTRO_INLINE void butterfly<4>(C (&x)[4]) {
  C a = x[0] + x[2], b = x[0] - x[2], c = x[1] + x[3], d = minus_i(x[1] - x[3]);
  x[0] = a + c;
  x[1] = b + d;
  x[2] = a - c;
  x[3] = b - d;
}

template <>
SPECTRO_INLINE void butterfly<8>(C (&x)[8]) {
  constexpr float h = 0.70710678118654752440f;
  C e[4] = {x[0] + x[4], x[1] + x[5], x[2] + x[6], x[3] + x[7]};
  C o[4] = {x[0] - x[4], x[1] - x[5], x[2] - x[6], x[3] - x[7]};
  o[1] = {(o[1].r + o[1].i) * h, (o[1].i - o[1].r) * h};
  o[2] = minus_i(o[2]);
  o[3] = {(o[3].i - o[3].r) * h, (-o[3].r - o[3].i) * h};
  butterfly<4>(e);
  butterfly<4>(o);
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    x[2 * j] = e[j];
    x[2 * j + 1] = o[j];
  }
}

}  // namespace
