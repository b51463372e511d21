// y[n] = gain x[n] + zero x[n - 1] + pole y[n - 1], `state` added to y[0]. A group makes TILE samples of a row: EACH
// a thread, then a scan over threads. What came before counts as far back as `warm` tiles, but no power of the pole
// makes what is not finite negligible: it is NaN for all that follow. `lost` holds NaN for each such tile, 0 otherwise.
SHARED float held[TILE + TILE / EACH];
SHARED float carried[THREADS_PER_GROUP];
// without a pole the past counts nothing, and may be NaN; with one what comes after an infinity is NaN, too
#define AFTER(factor, past, now) (pole == 0.0f ? (now) : FMA(factor, past, (now) + ((past) - (past))))
#define HELD(i) held[(i) + (i) / EACH]  // threads on different banks
const int lane = (int)thread_position_in_threadgroup.x;
const int n = x_shape[1];
const int tiles = (n + TILE - 1) / TILE;
const int row = (int)threadgroup_position_in_grid.x / tiles;
const int tile = (int)threadgroup_position_in_grid.x - row * tiles;
const offset_t base = (offset_t)row * n;
const int first = tile > warm ? tile - warm : 0;
float carry = 0.0f;
if (first > 0 && lost_tiles > 0) {
  for (int i = lane; i < first; i += THREADS_PER_GROUP) carry += lost[row * lost_tiles + i];
  carried[lane] = carry;
  BARRIER();
  carry = 0.0f;
  for (int i = 0; i < THREADS_PER_GROUP; ++i) carry += carried[i];
  BARRIER();
}
for (int from = first; from <= tile; ++from) {
  const int start = from * TILE;
  for (int i = lane; i < TILE; i += THREADS_PER_GROUP) {
    const int at = start + i;
    float u = 0.0f;
    if (at < n) {
      u = gain * x[base + at];
      if (at > 0 && zero != 0.0f) u = FMA(zero, x[base + at - 1], u);
      if (at == 0 && has_state) u += state[row];
    }
    HELD(i) = u;
  }
  BARRIER();
  float value = lane == 0 ? carry : 0.0f;  // the last sample of the tile before
  for (int i = 0; i < EACH; ++i) value = AFTER(pole, value, HELD(lane * EACH + i));
  carried[lane] = value;
  float weight = leap;
  for (int reach = 1; reach < THREADS_PER_GROUP; reach *= 2) {
    BARRIER();
    const float before = lane >= reach ? carried[lane - reach] : 0.0f;
    BARRIER();
    value = AFTER(weight, before, value);
    carried[lane] = value;
    weight *= weight;
  }
  BARRIER();
  value = lane == 0 ? carry : carried[lane - 1];
  carry = carried[THREADS_PER_GROUP - 1];
  if (from == tile) {
    for (int i = 0; i < EACH; ++i) {
      value = AFTER(pole, value, HELD(lane * EACH + i));
      HELD(lane * EACH + i) = value;
    }
  }
  BARRIER();
}
for (int i = lane; i < TILE; i += THREADS_PER_GROUP) {
  if (tile * TILE + i < n) out[base + tile * TILE + i] = HELD(i);
}
