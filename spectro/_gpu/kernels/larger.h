// The larger of two numbers; a NaN where either is one, as in MLX's maximum. Every vendor's fmax drops it.
INLINE float larger(float a, float b) { return a > b || a != a ? a : b; }
