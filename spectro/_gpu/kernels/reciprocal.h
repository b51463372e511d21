// What a sample is multiplied by: nothing is left where the envelope is not above `least`.
#define RECIPROCAL(envelope) ((envelope) > least ? 1.0f / (envelope) : 0.0f)
