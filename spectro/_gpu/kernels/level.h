// Decibels are `scale` times the difference of two of these.
INLINE float floored_log(float x, float amin) { return LOG10(larger(x, amin)); }
