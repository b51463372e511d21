// Multiply the points of a butterfly by the powers of w: point r by w^r. Two table reads, w and w^4, instead of R - 1:
// fewer loads, and no power is more than two products away from the table.

// the four points at v by w^0 .. w^3, then all by u
INLINE void twiddle_quarter(PRIVATE cfloat* v, cfloat u, cfloat w, cfloat w2, cfloat w3) {
  v[0] = cmul(v[0], u);
  v[1] = cmul(v[1], cmul(u, w));
  v[2] = cmul(v[2], cmul(u, w2));
  v[3] = cmul(v[3], cmul(u, w3));
}

INLINE void twiddle8(PRIVATE cfloat* v, cfloat w, cfloat w4) {
  const cfloat w2 = cmul(w, w);
  const cfloat w3 = cmul(w2, w);
  v[1] = cmul(v[1], w);
  v[2] = cmul(v[2], w2);
  v[3] = cmul(v[3], w3);
  twiddle_quarter(v + 4, w4, w, w2, w3);
}

INLINE void twiddle16(PRIVATE cfloat* v, cfloat w, cfloat w4) {
  const cfloat w2 = cmul(w, w);
  const cfloat w3 = cmul(w2, w);
  const cfloat w8 = cmul(w4, w4);
  v[1] = cmul(v[1], w);
  v[2] = cmul(v[2], w2);
  v[3] = cmul(v[3], w3);
  twiddle_quarter(v + 4, w4, w, w2, w3);
  twiddle_quarter(v + 8, w8, w, w2, w3);
  twiddle_quarter(v + 12, cmul(w8, w4), w, w2, w3);
}
