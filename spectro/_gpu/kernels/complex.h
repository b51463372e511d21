// Complex numbers are two floats: real part x, imaginary part y.
typedef float2 cfloat;
#define HAS_POINT(k) (TRANSFORM == POINTS || (k) < TRANSFORM)  // a convolution has more of them
#define CHIRPED(a, k) (HAS_POINT(k) ? cmul(a, table[CHIRP_TABLE + (k)]) : PAIR_OF(0.0f, 0.0f))

INLINE cfloat cadd(cfloat a, cfloat b) { return PAIR_OF(a.x + b.x, a.y + b.y); }
INLINE cfloat csub(cfloat a, cfloat b) { return PAIR_OF(a.x - b.x, a.y - b.y); }
INLINE cfloat cscale(cfloat a, float s) { return PAIR_OF(a.x * s, a.y * s); }
INLINE cfloat cconj(cfloat a) { return PAIR_OF(a.x, -a.y); }
INLINE cfloat cswap(cfloat a) { return PAIR_OF(a.y, a.x); }
INLINE cfloat cmul(cfloat a, cfloat b) { return PAIR_OF(FMA(a.x, b.x, -(a.y * b.y)), FMA(a.x, b.y, a.y * b.x)); }
// a + s b
INLINE cfloat cfma(float s, cfloat b, cfloat a) { return PAIR_OF(FMA(s, b.x, a.x), FMA(s, b.y, a.y)); }
#define LOAD_SINGLES(p, k) PAIR_OF((p)[2 * (k)], (p)[2 * (k) + 1])  // where CAN_LOAD_PAIR is false
// samples 2 k and 2 k + 1 of the window, which a caller may have cut out of an array between two pairs
#define WINDOW_PAIR(k) (CAN_LOAD_PAIR(window, 0) ? LOAD_PAIR(window, 0, k) : LOAD_SINGLES(window, k))
// a - i b and a + i b
INLINE cfloat csub_i(cfloat a, cfloat b) { return PAIR_OF(a.x + b.y, a.y - b.x); }
INLINE cfloat cadd_i(cfloat a, cfloat b) { return PAIR_OF(a.x - b.y, a.y + b.x); }
#ifdef THREADS_PER_TRANSFORM
// a transform inside one simdgroup needs no barrier of the whole group
#if 32 % THREADS_PER_TRANSFORM == 0
#define SYNC() SIMD_BARRIER()
#else
#define SYNC() BARRIER()
#endif
#endif
