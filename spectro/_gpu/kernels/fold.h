// Where sample i of a padded signal of n samples comes from; -1 stands for a zero.
INLINE int fold(int i, int n, int mode) {
  if (mode == PAD_CONSTANT) return i < 0 || i >= n ? -1 : i;
  if (mode == PAD_EDGE || mode == PAD_RAMP) return i < 0 ? 0 : (i >= n ? n - 1 : i);
  // mirrored again and again: the signal and its mirror image repeat every `period` samples
  const int skip = mode == PAD_REFLECT ? 1 : 0;
  const int period = n > skip ? 2 * (n - skip) : 1;
  int at = i % period;
  if (at < 0) at += period;
  return at < n ? at : period - (1 - skip) - at;
}

// The factor of sample i: a linear ramp falls to zero over the `left` samples of the padding.
INLINE float fade(int i, int n, int mode, int left) {
  const int outside = i < 0 ? -i : (i >= n ? i - n + 1 : 0);
  return mode != PAD_RAMP || outside == 0 ? 1.0f : (float)(left - outside) / (float)left;
}
