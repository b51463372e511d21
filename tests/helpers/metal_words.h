// Metal's words, as far as the kernels use them, for a C++ compiler that only checks: address spaces are clang's, so
// that a pointer into the wrong one is an error, and names that Metal keeps for itself cannot be variables.
typedef int int32_t;
typedef long int64_t;
typedef unsigned int uint, uint32_t;
typedef unsigned long ulong;
typedef float float2 __attribute__((ext_vector_type(2)));
typedef float packed_float2 __attribute__((ext_vector_type(2), aligned(4)));
typedef uint uint3 __attribute__((ext_vector_type(3)));
struct complex64_t {
  float real, imag;
};
inline float2 make_float2(float x, float y) {
  float2 pair = {x, y};
  return pair;
}
inline float2 make_float2(float2 pair) { return pair; }
#define float2(...) make_float2(__VA_ARGS__)
#define device __attribute__((address_space(1)))
#define constant __attribute__((address_space(2)))
#define threadgroup __attribute__((address_space(3)))
#define thread
#define kernel
#define vertex
#define fragment
#define half _Float16
template <class To> inline To as_type(int bits) {
  return __builtin_bit_cast(To, bits);
}
namespace metal {
enum class mem_flags { mem_none, mem_device, mem_threadgroup };
inline float fma(float a, float b, float c) { return a * b + c; }
namespace precise {
inline float sqrt(float x) { return x; }
inline float pow(float x, float) { return x; }
inline float log10(float x) { return x; }
}  // namespace precise
}  // namespace metal
inline void threadgroup_barrier(metal::mem_flags) {}
inline void simdgroup_barrier(metal::mem_flags) {}
