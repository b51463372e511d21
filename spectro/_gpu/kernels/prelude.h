// Words shared by all kernels; build.py defines the sizes before it.
#define PAD_CONSTANT 0
#define PAD_EDGE 1
#define PAD_REFLECT 2
#define PAD_SYMMETRIC 3
#define PAD_RAMP 4
#define EPILOGUE_SPECTRUM 0
#define EPILOGUE_POWER 1
#define EPILOGUE_BANK 2
#define EPILOGUE_REDUCED 3
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define BUTTERFLY(radix) JOIN(butterfly, radix)
#define TWIDDLE(radix) JOIN(twiddle, radix)
