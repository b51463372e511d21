// Where sample i of a padded signal of n samples comes from; -1 stands for a zero.
INLINE int fold(int i, int n) {
#if PAD_MODE == PAD_CONSTANT
  return i < 0 || i >= n ? -1 : i;
#elif PAD_MODE == PAD_EDGE || PAD_MODE == PAD_RAMP
  return i < 0 ? 0 : (i >= n ? n - 1 : i);
#else
  // mirrored again and again: the signal and its mirror image repeat every `period` samples
  const int skip = PAD_MODE == PAD_REFLECT ? 1 : 0;
  const int period = n > skip ? 2 * (n - skip) : 1;
  int at = i % period;
  if (at < 0) at += period;
  return at < n ? at : period - (1 - skip) - at;
#endif
}

// The factor of sample i: a linear ramp falls to zero over the padding.
INLINE float fade(int i, int n) {
#if PAD_MODE == PAD_RAMP
  const int outside = i < 0 ? -i : (i >= n ? i - n + 1 : 0);
  return outside == 0 ? 1.0f : (float)(PAD_LEFT - outside) / (float)PAD_LEFT;
#else
  return 1.0f;
#endif
}
