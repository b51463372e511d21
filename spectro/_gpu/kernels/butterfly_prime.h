// The DFT of PRIME points by its definition: those at equal distances from the first go together.
INLINE void BUTTERFLY(PRIME)(PRIVATE cfloat* v) {
  const float c[PRIME / 2] = {COSINES}, s[PRIME / 2] = {SINES};  // of the first PRIME / 2 roots
  cfloat p[PRIME / 2], d[PRIME / 2];
  const cfloat first = v[0];
  UNROLL
  for (int n = 0; n < PRIME / 2; ++n) {
    p[n] = cadd(v[n + 1], v[PRIME - 1 - n]);
    d[n] = csub(v[n + 1], v[PRIME - 1 - n]);
    v[0] = cadd(v[0], p[n]);
  }
  UNROLL
  for (int k = 1; k <= PRIME / 2; ++k) {
    cfloat m = first, o = PAIR_OF(0.0f, 0.0f);
    UNROLL
    for (int n = 1; n <= PRIME / 2; ++n) {
      const int at = k * n % PRIME;
      m = cfma(c[(at <= PRIME / 2 ? at : PRIME - at) - 1], p[n - 1], m);
      o = cfma(at <= PRIME / 2 ? s[at - 1] : -s[PRIME - at - 1], d[n - 1], o);
    }
    v[k] = csub_i(m, o);
    v[PRIME - k] = cadd_i(m, o);
  }
}
