// What the kernels are asked to do: plain data, so that files compiled for different instruction sets share no code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace spectro {

enum class Dtype : int { f32, f16, bf16 };
enum class Pad : int { constant, edge, reflect, symmetric, linear_ramp };
enum class Output : int { complex, power, bands };

// A complex FFT of n rows, decimated in frequency; chirp sizes (large primes) run through a longer one.
struct FftPlan {
  int64_t n;
  int levels;
  int radix[64];
  const float* twiddle[64];  // of each level, (m, radix - 1) pairs
  const int* row;            // where output k lies, n values
  const FftPlan* longer;     // Bluestein: the FFT of the convolution, or null
  const float* chirp;        // n pairs e^{-i pi k^2 / n}
  const float* filter;       // longer->n pairs, the transformed chirp, in that plan's row order
};

// A real FFT: of n / 2 complex rows when n is even, of n otherwise.
struct RealPlan {
  int64_t n, bins;
  FftPlan fft;
  const float* split;  // (n / 4 + 1) pairs e^{-2 pi i k / n}, even n only
  const int* row;      // row of bin k after an analysis: bins values
};

// Rows of samples in memory: any strides, any of three types.
struct Signal {
  const void* data;
  const int64_t* offsets;  // of each row, in elements
  int64_t stride;
  int64_t n;
  Dtype dtype;
  Pad pad;
  int64_t padding;  // samples before the first frame; the ramp's length
};

// Rows of frames of complex bins in memory.
struct Spectra {
  const float* data;       // pairs
  const int64_t* offsets;  // of each row, in pairs
  int64_t frame_stride, bin_stride;
};

struct Bands {
  int64_t count;
  const int *start, *length, *offset;
  const float* weight;
};

struct Analysis {
  const RealPlan* plan;
  Signal signal;
  const float* window;  // n values times half the scale, then zeros up to a multiple of 16
  int64_t rows, frames, hop;
  float edge;  // extra factor of the bins that stand alone (0, and n / 2 of an even n)
  Output output;
  float power;
  Bands bands;
  void* out;
  bool large;  // the result is not worth keeping in the caches
};

struct Envelope {  // reciprocals of the summed squared window, zero where it vanishes
  const float *head, *period, *tail;
  int64_t head_end, tail_start, period_length;
};

struct Synthesis {
  const RealPlan* plan;
  Spectra spectra;
  const float* window;  // n values times the scale, then zeros up to a multiple of 16
  int64_t rows, frames, hop, start, length;
  float edge;
  const Envelope* envelope;  // or null
  float* out;                // (rows, length)
  int64_t chunk, chunks;     // samples of a task, tasks of a row
  // Spectra made on the spot instead: the gradient of a spectrogram. Null when spectra are given.
  const Analysis* forward;
  const float* cotangent;  // (rows, frames, bins or bands)
};

struct Filter {  // bands of given spectra
  Bands bands;
  const float* data;
  const int64_t* offsets;  // of each row
  int64_t rows, frames, bins, frame_stride, bin_stride;
  float* out;  // (rows, frames, bands)
};

struct WindowGradient {
  const Analysis* analysis;    // its window is all ones
  const Synthesis* synthesis;  // its window holds the scale of each sample
  int64_t blocks_per_task;
  float* out;  // (tasks, n)
};

struct Decibels {
  const float* in;
  float* out;
  int64_t n;
  float scale, amin, offset;
};

struct Range {
  float low, high;
};

struct Flux {
  const float *S, *reference;  // (rows, frames, bands); reference null: S itself
  int64_t frames, bands, lag, max_size;
  bool mean;
  float* out;
};

struct Kernels {
  int lanes;
  int64_t (*analysis_scratch)(const Analysis&);  // in floats
  void (*analysis)(const Analysis&, int64_t block, float* scratch);
  int64_t (*filter_scratch)(const Filter&);
  void (*filter)(const Filter&, int64_t block, float* scratch);
  int64_t (*synthesis_scratch)(const Synthesis&);
  void (*synthesis)(const Synthesis&, int64_t task, float* scratch);
  int64_t (*window_gradient_scratch)(const WindowGradient&);
  void (*window_gradient)(const WindowGradient&, int64_t task, float* scratch);
  Range (*decibels)(const Decibels&);
  void (*raise)(float* x, int64_t n, float floor);  // x = max(x, floor)
  int64_t (*flux_scratch)(const Flux&);
  void (*flux)(const Flux&, int64_t row, int64_t first, int64_t last, float* scratch);
};

}  // namespace spectro
