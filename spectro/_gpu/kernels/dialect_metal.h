// The words of Metal. Grid names are Metal's own and need no translation.
#define DEVICE device
#define SHARED threadgroup
#define SHARED_POINTER(type) threadgroup type*
#define PRIVATE thread
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#define BARRIER() threadgroup_barrier(metal::mem_flags::mem_threadgroup)
#define SIMD_BARRIER() simdgroup_barrier(metal::mem_flags::mem_threadgroup)
#define FMA(a, b, c) metal::fma(a, b, c)
#define SQRT(x) metal::precise::sqrt(x)
#define POW(x, p) metal::precise::pow(x, p)
#define LOG10(x) metal::precise::log10(x)
#define AS_FLOAT(bits) as_type<float>(bits)
#define AS_INT(x) as_type<int>(x)
#define PAIR_OF(a, b) float2(a, b)
#define AS_PAIRS(p) ((device float2*)(p))
#define AS_CONST_PAIRS(p) ((const device float2*)(p))
#define AS_CONST_FLOATS(p) ((const device float*)(p))
#define CAN_LOAD_PAIR(p, i) true
#define LOAD_PAIR(p, i, k) float2(((device const packed_float2*)((p) + (i)))[k])
typedef long wide;  // 64 bits
