// The share of a level in what two hold together, both raised to a power over the larger of them; of an infinite power,
// whether it is the larger one.
INLINE float share(float level, float rest, float power, float at_zero) {
  if (power > 3.4028234663852886e38f) return rest < level ? 1.0f : 0.0f;
  const float peak = larger(level, rest);  // NaN where either is
  const float mine = level / peak, other = rest / peak;
  const float a = power == 1.0f ? mine : power == 2.0f ? mine * mine : POW(mine, power);
  const float b = power == 1.0f ? other : power == 2.0f ? other * other : POW(other, power);
  return peak < LEAST ? at_zero : a / (a + b);
}
