// Soft masks of two estimates, or what they let through of a spectrogram, one behind the other. One thread an element.
const offset_t index = (offset_t)threadgroup_position_in_grid.x * THREADS_PER_GROUP + thread_position_in_threadgroup.x;
if (index < (offset_t)size) {
  const offset_t row = index / inner, first = index + row * inner, second = first + inner;
  const float x = harmonic[index], y = percussive[index];
  const float a = share(x, margin * y, power, at_zero), b = share(y, margin_too * x, power, at_zero);
#if COMPLEX
  const cfloat whole = LOAD_SINGLES(AS_CONST_FLOATS(spectrum), index);
  AS_PAIRS(out)[first] = cscale(whole, a);
  AS_PAIRS(out)[second] = cscale(whole, b);
#else
  out[first] = masks ? a : spectrum[index] * a;
  out[second] = masks ? b : spectrum[index] * b;
#endif
}
