// What keeps the squares of a complex number's parts in range: the larger part, or 1 for zero.
INLINE float unit_of(cfloat a) {
  const float x = a.x < 0.0f ? -a.x : a.x, y = a.y < 0.0f ? -a.y : a.y, most = larger(x, y);
  return most == 0.0f ? 1.0f : most > 3.4028234663852886e38f ? 3.4028234663852886e38f : most;
}
INLINE float length_of(cfloat a) { return SQRT(FMA(a.x, a.x, a.y * a.y)); }
