// Vector type of the instruction set that this file is compiled for, and its W x W transpose.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__AVX512F__)
#define SPECTRO_LANES 16
#elif defined(__AVX2__)
#define SPECTRO_LANES 8
#else
#define SPECTRO_LANES 4
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define SPECTRO_INLINE inline __attribute__((always_inline))

namespace {

constexpr float SMALLEST_NORMAL = 1.17549435e-38f;  // smaller numbers have no reciprocal

constexpr int W = SPECTRO_LANES;
typedef float V __attribute__((vector_size(4 * W), aligned(4 * W)));
typedef float VU __attribute__((vector_size(4 * W), aligned(4), may_alias));
typedef double VD __attribute__((vector_size(4 * W), aligned(4 * W)));  // half as many
typedef double VDU __attribute__((vector_size(4 * W), aligned(8), may_alias));
typedef uint64_t VDB __attribute__((vector_size(4 * W), aligned(4 * W)));  // the bits of a VD
typedef int32_t VI __attribute__((vector_size(4 * W), aligned(4 * W)));

SPECTRO_INLINE V load(const float* p) { return *reinterpret_cast<const VU*>(p); }
SPECTRO_INLINE void store(float* p, V v) { *reinterpret_cast<VU*>(p) = v; }
SPECTRO_INLINE V splat(float x) { return V{} + x; }
SPECTRO_INLINE bool all(VI truths) {
  int32_t both = -1;
  for (int l = 0; l < W; ++l) both &= truths[l];
  return both;
}

// Stores past the caches, to an address aligned as a vector; `stream_end` orders them before what follows.
#if defined(__x86_64__)
constexpr bool STREAMS = true;
#if SPECTRO_LANES == 16
SPECTRO_INLINE void stream(float* p, V v) { _mm512_stream_ps(p, (__m512)v); }
#elif SPECTRO_LANES == 8
SPECTRO_INLINE void stream(float* p, V v) { _mm256_stream_ps(p, (__m256)v); }
#else
SPECTRO_INLINE void stream(float* p, V v) { _mm_stream_ps(p, (__m128)v); }
#endif
SPECTRO_INLINE void stream_end() { _mm_sfence(); }
#else
constexpr bool STREAMS = false;
SPECTRO_INLINE void stream(float* p, V v) { store(p, v); }
SPECTRO_INLINE void stream_end() {}
#endif

// The value as rounded: what follows is not contracted with it into a fused operation.
template <class X>
SPECTRO_INLINE X rounded(X x) {
#if defined(__x86_64__)
  __asm__("" : "+x"(x));
#elif defined(__aarch64__)
  __asm__("" : "+w"(x));
#endif
  return x;
}

#if SPECTRO_LANES == 16
#define SHUF(a, b, i0, i1, i2, i3)                                                                              \
  __builtin_shufflevector(a, b, i0, i1, i2, i3, 4 + i0, 4 + i1, 4 + i2, 4 + i3, 8 + i0, 8 + i1, 8 + i2, 8 + i3, \
                          12 + i0, 12 + i1, 12 + i2, 12 + i3)
#define Q 16
#elif SPECTRO_LANES == 8
#define SHUF(a, b, i0, i1, i2, i3) __builtin_shufflevector(a, b, i0, i1, i2, i3, 4 + i0, 4 + i1, 4 + i2, 4 + i3)
#define Q 8
#else
#define SHUF(a, b, i0, i1, i2, i3) __builtin_shufflevector(a, b, i0, i1, i2, i3)
#define Q 4
#endif

// Transposes each 4 x 4 block that four rows hold, lane group by lane group.
SPECTRO_INLINE void transpose4(V& a, V& b, V& c, V& d) {
  V t0 = SHUF(a, b, 0, Q, 1, Q + 1), t1 = SHUF(a, b, 2, Q + 2, 3, Q + 3);
  V t2 = SHUF(c, d, 0, Q, 1, Q + 1), t3 = SHUF(c, d, 2, Q + 2, 3, Q + 3);
  a = SHUF(t0, t2, 0, 1, Q, Q + 1);
  b = SHUF(t0, t2, 2, 3, Q + 2, Q + 3);
  c = SHUF(t1, t3, 0, 1, Q, Q + 1);
  d = SHUF(t1, t3, 2, 3, Q + 2, Q + 3);
}
#undef SHUF
#undef Q

#if SPECTRO_LANES == 8
SPECTRO_INLINE void swap4(V& a, V& b) {
  V t = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
  b = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  a = t;
}
#elif SPECTRO_LANES == 16
// Four rows whose 4-lane groups are a 4 x 4 matrix of groups: transposes the groups.
SPECTRO_INLINE void transpose_groups(V& a, V& b, V& c, V& d) {
  V t0 = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  V t1 = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  V t2 = __builtin_shufflevector(c, d, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  V t3 = __builtin_shufflevector(c, d, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  a = __builtin_shufflevector(t0, t2, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  c = __builtin_shufflevector(t0, t2, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  b = __builtin_shufflevector(t1, t3, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  d = __builtin_shufflevector(t1, t3, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
#endif

// W rows of W values, transposed in registers.
SPECTRO_INLINE void transpose(V (&r)[W]) {
#pragma GCC unroll 4
  for (int i = 0; i < W; i += 4) transpose4(r[i], r[i + 1], r[i + 2], r[i + 3]);
#if SPECTRO_LANES == 8
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) swap4(r[i], r[i + 4]);
#elif SPECTRO_LANES == 16
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) transpose_groups(r[i], r[i + 4], r[i + 8], r[i + 12]);
#endif
}

}  // namespace
