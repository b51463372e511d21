// Sample i of a padded signal.
#define SAMPLE(i) (inside ? y[base + (i)] : fold(i, samples, pad_mode) < 0 ? 0.0f : PADDED(i))
#define PADDED(i) (y[base + fold(i, samples, pad_mode)] * fade(i, samples, pad_mode, pad_left))

// The sign of a sample, 0 where it is within the threshold: whether it is negative, or which of three it is.
INLINE int sign_of(float x, float threshold, int zero_is_positive) {
  return x < -threshold ? -1 : x > threshold && !zero_is_positive ? 1 : 0;
}
