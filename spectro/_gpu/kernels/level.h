// Decibels are SCALE times the difference of two of these.
INLINE float floored_log(float x) { return LOG10(larger(x, AMIN)); }
