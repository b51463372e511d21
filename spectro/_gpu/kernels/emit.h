// What becomes of bin k of frame f.
#if DECIBELS
#define LEVEL(x) (scale * (floored_log(x, amin) - log_of_one))
#else
#define LEVEL(x) x
#endif
INLINE float magnitude(cfloat a, float power) {
  const float square = FMA(a.x, a.x, a.y * a.y);
#if POWER_IS == 2
  return square;
#else
  // below 2^-100 and above 2^100, squares are taken of numbers over a unit, which is 2^-90 or 2^90
  const bool low = square < 7.888609052210118e-31f, high = square > 1.2676506002282294e30f;
  const cfloat b = cscale(a, low ? 1.2379400392853803e27f : high ? 8.077935669463161e-28f : 1.0f);
  const float root = SQRT(FMA(b.x, b.x, b.y * b.y)) * (low ? 8.077935669463161e-28f : high ? 1.2379400392853803e27f : 1.0f);
#if POWER_IS == 1
  return root;
#else
  return root != 0.0f ? POW(root, power) : 0.0f;
#endif
#endif
}
#if EPILOGUE == EPILOGUE_SPECTRUM
#define EMIT(f, k, value) \
  target[(f) * BINS + (k)] = cscale(value, (k) == 0 || 2 * (k) == N_FFT ? edge_scale : inner_scale)
#elif EPILOGUE == EPILOGUE_POWER
#define EMIT(f, k, value) target[(f) * BINS + (k)] = LEVEL(magnitude(value, power))
#else
// powers lie in `exchange`, those of a second frame beside the first one's or, where it is split, behind them
#define EMIT(f, k, value) JOIN(POWER, f)(k) = magnitude(value, power)
#if SPLIT
#define POWER0(k) exchange[exchange_start + (k)]
#define POWER1(k) exchange[exchange_start + TRANSFORM - (k)]
#else
#define POWER0(k) exchange[exchange_start + (k)].x
#define POWER1(k) exchange[exchange_start + (k)].y
#endif
#endif
