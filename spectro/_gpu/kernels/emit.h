// What becomes of bin k of frame f.
#if DECIBELS
#define LEVEL(x) (SCALE * (floored_log(x) - LOG_OF_ONE))
#else
#define LEVEL(x) x
#endif
#if WEIGHTED
#define SCALED(k, value) cscale(value, (k) == 0 || 2 * (k) == N_FFT ? EDGE_SCALE : INNER_SCALE)
#else
#define SCALED(k, value) value
#endif
INLINE float magnitude(cfloat a) {
  const float square = FMA(a.x, a.x, a.y * a.y);
#if POWER_IS == 2
  return square;
#elif POWER_IS == 1
  return SQRT(square);
#else
  return square != 0.0f ? POW(square, HALF_POWER) : 0.0f;
#endif
}
#if EPILOGUE == EPILOGUE_SPECTRUM
#define EMIT(f, k, value) target[(f) * BINS + (k)] = SCALED(k, value)
#elif EPILOGUE == EPILOGUE_POWER
#define EMIT(f, k, value) target[(f) * BINS + (k)] = LEVEL(magnitude(value))
#elif FRAMES_PER_TRANSFORM == 1
#define EMIT(f, k, value) exchange[exchange_start + (k)].x = magnitude(value)
#else
#define EMIT(f, k, value) JOIN(put, f)(exchange[exchange_start + (k)]) = magnitude(value)
#define put0(a) (a).x
#define put1(a) (a).y
#endif
