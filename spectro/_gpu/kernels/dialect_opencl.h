// The words of OpenCL C, for the tests: PoCL runs the kernels on any CPU.
#define DEVICE __global
#define SHARED __local
#define SHARED_POINTER(type) __local type*
#define PRIVATE __private
#define INLINE static inline
#define UNROLL _Pragma("unroll")
#define ROLLED _Pragma("nounroll")
#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
#define SIMD_BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
#define FMA(a, b, c) fma(a, b, c)
#define SQRT(x) sqrt(x)
#define POW(x, p) pow(x, p)
#define LOG10(x) log10(x)
#define AS_FLOAT(bits) as_float(bits)
#define AS_INT(x) as_int(x)
#define PAIR_OF(a, b) ((float2)(a, b))
#define AS_PAIRS(p) ((DEVICE float2*)(p))
#define AS_CONST_PAIRS(p) ((const DEVICE float2*)(p))
#define AS_CONST_FLOATS(p) ((const DEVICE float*)(p))
#define thread_position_in_threadgroup ((uint3)(get_local_id(0), 0, 0))
#define threadgroup_position_in_grid ((uint3)(get_group_id(0), 0, 0))
#define CAN_LOAD_PAIR(p, i) ((((ulong)((p) + (i))) & 7) == 0)
// a processor reads what a GPU refuses: NaN shows it
#define LOAD_PAIR(p, i, k) (CAN_LOAD_PAIR(p, i) ? ((const DEVICE float2*)((p) + (i)))[k] : (float2)(NAN, NAN))
typedef long wide;  // 64 bits
