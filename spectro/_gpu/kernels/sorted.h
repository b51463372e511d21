// Sort bins first .. last - 1 where they lie, by Batcher's merge exchange (Knuth, volume 3, 5.2.2 M). A NaN stays.
const int size = last - first;
int top = 1;
while (top < size) top *= 2;
for (int p = top / 2; p > 0; p /= 2) {
  for (int q = top / 2, r = 0, d = p; q >= p; d = q - p, q /= 2, r = p) {
    for (int j = (int)lane; j < size - d; j += THREADS_PER_TRANSFORM) {
      const int i = (j & ~(p - 1)) * 2 + (j & (p - 1)) + r;
      if (i < size - d) {
        const float x = MAGNITUDE(first + i), y = MAGNITUDE(first + i + d);
        if (y < x) {
          MAGNITUDE(first + i) = y;
          MAGNITUDE(first + i + d) = x;
        }
      }
    }
    SYNC();
  }
}
