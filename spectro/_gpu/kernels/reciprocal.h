// What a sample is multiplied by: nothing is left where the envelope vanishes.
#define RECIPROCAL(envelope) ((envelope) > FLOOR ? 1.0f / (envelope) : 0.0f)
