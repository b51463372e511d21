// What features of magnitudes are put together from.
#define STEP_TOTAL 0
#define STEP_BANDWIDTH 1
#define STEP_POWERS 2
#define STEP_EXPONENTS 3
#define STEP_ENERGY 4
#define STEP_WEIGHTED 5
#define STEP_ROLLOFF 6
#define STEP_BAND 7
#define STEP_WORDS 8

// x to a power, and 0 where x is not above 0.
INLINE float raised(float x, float power) {
  if (power == 1.0f) return x;
  if (power == 2.0f) return x * x;
  if (power == 0.5f) return SQRT(x);
  return x > 0.0f ? POW(x, power) : x != x ? x : 0.0f;
}

// A positive normal number is 2^exponent times a mantissa between the roots of 1/2 and of 2.
INLINE int exponent(float x) { return (AS_INT(x) - 0x3f3504f3) >> 23; }
INLINE float log_of_mantissa(float x) {
  const float f = AS_FLOAT(((AS_INT(x) - 0x3f3504f3) & 0x007fffff) + 0x3f3504f3) - 1.0f;
  const float s = f / (f + 2.0f), q = s * s;  // ln(1 + f) = 2 atanh(s)
  return FMA(s * q, FMA(q, FMA(q, FMA(q, 0.23f, 0.28571428571f), 0.4f), 0.66666666667f), 2.0f * s);
}

// Add x to a sum in two floats: what the first loses, the second keeps, which is given back.
INLINE float both_parts(PRIVATE float* high, float low, float x) {
  const float sum = *high + x, part = sum - *high;
  const float lost = (*high - (sum - part)) + (x - part);
  *high = sum;
  return low + lost;
}
