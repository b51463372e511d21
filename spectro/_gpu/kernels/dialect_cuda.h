// The words of CUDA C++.
#define DEVICE
#define SHARED __shared__
#define SHARED_POINTER(type) type*
#define PRIVATE
#define INLINE __device__ __forceinline__
#define UNROLL _Pragma("unroll")
#define ROLLED _Pragma("unroll 1")
#define BARRIER() __syncthreads()
#define SIMD_BARRIER() __syncwarp()
#define FMA(a, b, c) fmaf(a, b, c)
#define SQRT(x) sqrtf(x)
#define POW(x, p) powf(x, p)
#define LOG10(x) log10f(x)
#define AS_FLOAT(bits) __int_as_float(bits)
#define AS_INT(x) __float_as_int(x)
#define PAIR_OF(a, b) make_float2(a, b)
#define AS_PAIRS(p) ((float2*)(p))
#define AS_CONST_PAIRS(p) ((const float2*)(p))
#define AS_CONST_FLOATS(p) ((const float*)(p))
#define thread_position_in_threadgroup threadIdx
#define threadgroup_position_in_grid blockIdx
#define CAN_LOAD_PAIR(p, i) ((((unsigned long long)((p) + (i))) & 7) == 0)
#define LOAD_PAIR(p, i, k) (((const float2*)((p) + (i)))[k])
typedef unsigned int uint;
typedef long long wide;  // 64 bits
