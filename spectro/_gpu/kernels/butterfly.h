// Forward DFTs of a few points, in place and in natural order: v[k] <- sum_n v[n] exp(-2 pi i k n / R).

INLINE void butterfly2(PRIVATE cfloat* v) {
  const cfloat a = v[0];
  v[0] = cadd(a, v[1]);
  v[1] = csub(a, v[1]);
}

INLINE void butterfly3(PRIVATE cfloat* v) {
  const cfloat s = cadd(v[1], v[2]);
  const cfloat d = cscale(csub(v[1], v[2]), 0.86602540378443865f);
  const cfloat m = cfma(-0.5f, s, v[0]);
  v[0] = cadd(v[0], s);
  v[1] = csub_i(m, d);
  v[2] = cadd_i(m, d);
}

INLINE void butterfly4(PRIVATE cfloat* v) {
  const cfloat a = cadd(v[0], v[2]), b = csub(v[0], v[2]);
  const cfloat c = cadd(v[1], v[3]), d = csub(v[1], v[3]);
  v[0] = cadd(a, c);
  v[1] = csub_i(b, d);
  v[2] = csub(a, c);
  v[3] = cadd_i(b, d);
}

INLINE void butterfly5(PRIVATE cfloat* v) {
  const float c1 = 0.30901699437494742f, c2 = -0.80901699437494742f;
  const float s1 = 0.95105651629515357f, s2 = 0.58778525229247313f;
  const cfloat p1 = cadd(v[1], v[4]), d1 = csub(v[1], v[4]);
  const cfloat p2 = cadd(v[2], v[3]), d2 = csub(v[2], v[3]);
  const cfloat m1 = cfma(c2, p2, cfma(c1, p1, v[0])), n1 = cfma(s2, d2, cscale(d1, s1));
  const cfloat m2 = cfma(c1, p2, cfma(c2, p1, v[0])), n2 = cfma(-s1, d2, cscale(d1, s2));
  v[0] = cadd(v[0], cadd(p1, p2));
  v[1] = csub_i(m1, n1);
  v[2] = csub_i(m2, n2);
  v[3] = cadd_i(m2, n2);
  v[4] = cadd_i(m1, n1);
}

INLINE void butterfly7(PRIVATE cfloat* v) {
  const float c1 = 0.62348980185873353f, c2 = -0.22252093395631440f, c3 = -0.90096886790241913f;
  const float s1 = 0.78183148246802981f, s2 = 0.97492791218182361f, s3 = 0.43388373911755812f;
  const cfloat p1 = cadd(v[1], v[6]), d1 = csub(v[1], v[6]);
  const cfloat p2 = cadd(v[2], v[5]), d2 = csub(v[2], v[5]);
  const cfloat p3 = cadd(v[3], v[4]), d3 = csub(v[3], v[4]);
  const cfloat m1 = cfma(c3, p3, cfma(c2, p2, cfma(c1, p1, v[0])));
  const cfloat m2 = cfma(c1, p3, cfma(c3, p2, cfma(c2, p1, v[0])));
  const cfloat m3 = cfma(c2, p3, cfma(c1, p2, cfma(c3, p1, v[0])));
  const cfloat n1 = cfma(s3, d3, cfma(s2, d2, cscale(d1, s1)));
  const cfloat n2 = cfma(-s1, d3, cfma(-s3, d2, cscale(d1, s2)));
  const cfloat n3 = cfma(s2, d3, cfma(-s1, d2, cscale(d1, s3)));
  v[0] = cadd(v[0], cadd(p1, cadd(p2, p3)));
  v[1] = csub_i(m1, n1);
  v[2] = csub_i(m2, n2);
  v[3] = csub_i(m3, n3);
  v[4] = cadd_i(m3, n3);
  v[5] = cadd_i(m2, n2);
  v[6] = cadd_i(m1, n1);
}

INLINE void butterfly8(PRIVATE cfloat* v) {
  const float h = 0.70710678118654752f;
  cfloat a[4] = {v[0], v[2], v[4], v[6]};
  cfloat b[4] = {v[1], v[3], v[5], v[7]};
  butterfly4(a);
  butterfly4(b);
  b[1] = PAIR_OF((b[1].x + b[1].y) * h, (b[1].y - b[1].x) * h);
  b[3] = PAIR_OF((b[3].y - b[3].x) * h, -(b[3].x + b[3].y) * h);
  v[0] = cadd(a[0], b[0]);
  v[4] = csub(a[0], b[0]);
  v[1] = cadd(a[1], b[1]);
  v[5] = csub(a[1], b[1]);
  v[2] = csub_i(a[2], b[2]);
  v[6] = cadd_i(a[2], b[2]);
  v[3] = cadd(a[3], b[3]);
  v[7] = csub(a[3], b[3]);
}

INLINE void butterfly16(PRIVATE cfloat* v) {
  const float h = 0.70710678118654752f, c = 0.92387953251128676f, s = 0.38268343236508977f;
  cfloat a[4] = {v[0], v[4], v[8], v[12]};
  cfloat b[4] = {v[1], v[5], v[9], v[13]};
  cfloat d[4] = {v[2], v[6], v[10], v[14]};
  cfloat e[4] = {v[3], v[7], v[11], v[15]};
  butterfly4(a);
  butterfly4(b);
  butterfly4(d);
  butterfly4(e);
  b[1] = cmul(b[1], PAIR_OF(c, -s));
  b[2] = PAIR_OF((b[2].x + b[2].y) * h, (b[2].y - b[2].x) * h);
  b[3] = cmul(b[3], PAIR_OF(s, -c));
  d[1] = PAIR_OF((d[1].x + d[1].y) * h, (d[1].y - d[1].x) * h);
  d[2] = PAIR_OF(d[2].y, -d[2].x);
  d[3] = PAIR_OF((d[3].y - d[3].x) * h, -(d[3].x + d[3].y) * h);
  e[1] = cmul(e[1], PAIR_OF(s, -c));
  e[2] = PAIR_OF((e[2].y - e[2].x) * h, -(e[2].x + e[2].y) * h);
  e[3] = cmul(e[3], PAIR_OF(-c, s));
  UNROLL
  for (int k = 0; k < 4; ++k) {
    cfloat q[4] = {a[k], b[k], d[k], e[k]};
    butterfly4(q);
    v[k] = q[0];
    v[k + 4] = q[1];
    v[k + 8] = q[2];
    v[k + 12] = q[3];
  }
}

// coprime factors need no twiddles: points and results are only renumbered (Good and Thomas)
INLINE void butterfly6(PRIVATE cfloat* v) {
  cfloat a[3] = {v[0], v[2], v[4]};
  cfloat b[3] = {v[3], v[5], v[1]};
  butterfly3(a);
  butterfly3(b);
  v[0] = cadd(a[0], b[0]);
  v[3] = csub(a[0], b[0]);
  v[4] = cadd(a[1], b[1]);
  v[1] = csub(a[1], b[1]);
  v[2] = cadd(a[2], b[2]);
  v[5] = csub(a[2], b[2]);
}

INLINE void butterfly10(PRIVATE cfloat* v) {
  cfloat a[5] = {v[0], v[2], v[4], v[6], v[8]};
  cfloat b[5] = {v[5], v[7], v[9], v[1], v[3]};
  butterfly5(a);
  butterfly5(b);
  UNROLL
  for (int k = 0; k < 5; ++k) {
    v[6 * k % 10] = cadd(a[k], b[k]);
    v[(6 * k + 5) % 10] = csub(a[k], b[k]);
  }
}

INLINE void butterfly9(PRIVATE cfloat* v) {
  cfloat a[3] = {v[0], v[3], v[6]};
  cfloat b[3] = {v[1], v[4], v[7]};
  cfloat d[3] = {v[2], v[5], v[8]};
  butterfly3(a);
  butterfly3(b);
  butterfly3(d);
  const cfloat w1 = PAIR_OF(0.76604444311897804f, -0.64278760968653933f);
  const cfloat w2 = PAIR_OF(0.17364817766693035f, -0.98480775301220806f);
  const cfloat w4 = PAIR_OF(-0.93969262078590838f, -0.34202014332566873f);
  b[1] = cmul(b[1], w1);
  b[2] = cmul(b[2], w2);
  d[1] = cmul(d[1], w2);
  d[2] = cmul(d[2], w4);
  UNROLL
  for (int k = 0; k < 3; ++k) {
    cfloat q[3] = {a[k], b[k], d[k]};
    butterfly3(q);
    v[k] = q[0];
    v[k + 3] = q[1];
    v[k + 6] = q[2];
  }
}

INLINE void butterfly12(PRIVATE cfloat* v) {
  UNROLL
  for (int k = 0; k < 4; ++k) {
    cfloat q[3] = {v[3 * k], v[(3 * k + 4) % 12], v[(3 * k + 8) % 12]};
    butterfly3(q);
    v[3 * k] = q[0];
    v[(3 * k + 4) % 12] = q[1];
    v[(3 * k + 8) % 12] = q[2];
  }
  cfloat a[4] = {v[0], v[3], v[6], v[9]};
  cfloat b[4] = {v[4], v[7], v[10], v[1]};
  cfloat d[4] = {v[8], v[11], v[2], v[5]};
  butterfly4(a);
  butterfly4(b);
  butterfly4(d);
  UNROLL
  for (int k = 0; k < 4; ++k) {
    v[9 * k % 12] = a[k];
    v[(9 * k + 4) % 12] = b[k];
    v[(9 * k + 8) % 12] = d[k];
  }
}

INLINE void butterfly15(PRIVATE cfloat* v) {
  UNROLL
  for (int k = 0; k < 5; ++k) {
    cfloat q[3] = {v[3 * k], v[(3 * k + 5) % 15], v[(3 * k + 10) % 15]};
    butterfly3(q);
    v[3 * k] = q[0];
    v[(3 * k + 5) % 15] = q[1];
    v[(3 * k + 10) % 15] = q[2];
  }
  cfloat a[5] = {v[0], v[3], v[6], v[9], v[12]};
  cfloat b[5] = {v[5], v[8], v[11], v[14], v[2]};
  cfloat d[5] = {v[10], v[13], v[1], v[4], v[7]};
  butterfly5(a);
  butterfly5(b);
  butterfly5(d);
  UNROLL
  for (int k = 0; k < 5; ++k) {
    v[6 * k % 15] = a[k];
    v[(6 * k + 10) % 15] = b[k];
    v[(6 * k + 5) % 15] = d[k];
  }
}
