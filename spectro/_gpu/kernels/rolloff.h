// The lowest frequency up to which a part of the sum lies, into `own`. The first bin decides, so that sums are kept in
// two floats, high and low: each thread adds bins in a row, and a scan adds what lies before them.
const int begin = (int)lane * ((BINS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM);
const int end = begin + (BINS + THREADS_PER_TRANSFORM - 1) / THREADS_PER_TRANSFORM;
float high = 0.0f, low = 0.0f;
for (int k = begin; k < end && k < BINS; ++k) low = both_parts(&high, low, MAGNITUDE(k));
SUM(lane) = high;
SUM(THREADS_PER_TRANSFORM + lane) = low;
for (uint reach = 1; reach < THREADS_PER_TRANSFORM; reach *= 2) {
  SYNC();
  const bool has = lane >= reach;
  const float before = has ? SUM(lane - reach) : 0.0f;
  const float before_too = has ? SUM(THREADS_PER_TRANSFORM + lane - reach) : 0.0f;
  SYNC();
  low = both_parts(&high, low + before_too, before);
  SUM(lane) = high;
  SUM(THREADS_PER_TRANSFORM + lane) = low;
}
SYNC();
high = lane > 0 ? SUM(lane - 1) : 0.0f;
low = lane > 0 ? SUM(THREADS_PER_TRANSFORM + lane - 1) : 0.0f;
const float all = SUM(THREADS_PER_TRANSFORM - 1), part = all * power;
const float rest = FMA(all, power, -part) + FMA(all, scale, SUM(2 * THREADS_PER_TRANSFORM - 1) * power);
own = AS_FLOAT(0x7f800000);
for (int k = begin; k < end && k < BINS; ++k) {
  low = both_parts(&high, low, MAGNITUDE(k));
  if ((high - part) + (low - rest) >= 0.0f && hertz[k] < own) own = hertz[k];
}
