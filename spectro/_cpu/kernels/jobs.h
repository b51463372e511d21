// What the kernels are asked to do: plain data, so that files compiled for different instruction sets share no code.
//
// The words of this backend:
//
//   plan        what an operation is: StftPlan, IstftPlan, SpectrogramPlan, DecibelPlan and FluxPlan are the part of
//               spectro/_plans that C++ needs. FftPlan and RealFftPlan are factors and tables of a transform.
//   analysis    frames -> window -> FFT -> bins (-> powers -> bands): stft and spectrogram.
//   synthesis   bins -> inverse FFT -> window -> overlap-add (-> over the envelope): istft, and gradients of analyses.
//   inputs      the arrays of one call and its plan, held until it runs: AnalysisInputs, SynthesisInputs.
//   job         one call as the kernels see it, pointers and numbers: AnalysisJob, SynthesisJob, FilterJob, ...
//   lane        one float of a vector. A block is as many frames as a vector has lanes, transformed at once.
//   row         of a signal: one channel. Of a transform: one vector, which holds the same value of each lane's frame.
//   task        what one thread takes from the pool at a time: some blocks, or a run of samples.
//   bin, band   a frequency of the FFT; a weighted sum of neighboring bins.
//   edge        a factor of the bins that stand alone, 0 and n / 2; all others stand for themselves and their
//   conjugate. envelope    the sum of the squared windows that reach a sample of the overlap-add.
#pragma once

#include <cstddef>
#include <cstdint>

namespace spectro {

constexpr int64_t MAX_LANES = 16;  // of the widest vectors

// What is read by vectors, a window for example, ends in zeros up to this size. Static: see above.
static constexpr int64_t whole_vectors(int64_t n) { return (n + MAX_LANES - 1) / MAX_LANES * MAX_LANES; }

// The least power of two that is no less than n.
static constexpr int64_t power_of_two(int64_t n) {
  int64_t power = 1;
  while (power < n) power *= 2;
  return power;
}

enum class Dtype : int { f32, f16, bf16 };
enum class Pad : int { constant, edge, reflect, symmetric, linear_ramp };
constexpr const char* PAD_NAMES[] = {"constant", "edge", "reflect", "symmetric", "linear_ramp"};  // in Pad's order
enum class Output : int { complex, power, bands, columns, wavelets };
enum class Reduce : int { centroid, bandwidth, rolloff, flatness, contrast, energy, weighted };  // in Python's order

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
struct RealFftPlan {
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

// What the bins of given spectra are multiplied by as they are read.
enum class Factors : int { none, real, complex };

struct Bands {
  int64_t count;
  const int *start, *length, *offset;
  const float* weight;
};

// A complex bank of `count` bands: a run of weights each, as pairs.
struct ComplexBands {
  int64_t count;
  const int *start, *length, *offset;  // offset in pairs
  const float* weight;
};

struct Reduction {
  Reduce kind;
  int64_t column;      // of its first result
  float power, floor;  // an exponent, a part or a factor; a floor
  bool flag;           // whether to normalize; whether the last bin stands alone
  const int* cut;      // of each band: first bin, bin after the last, how many count
  int64_t cuts;
  Bands bands;
};

struct Reductions {
  const float* hertz;  // of each bin
  const Reduction* list;
  int64_t count, width, work;  // reductions; columns; rows that they need for themselves
};

struct AnalysisJob {
  const RealFftPlan* plan;
  Signal signal;
  const float* window;  // n values times half the scale, then zeros up to whole vectors
  int64_t rows, frames, hop;
  float edge;  // extra factor of the bins that stand alone (0, and n / 2 of an even n)
  Output output;
  float power;
  Bands bands;
  const Reductions* reductions;
  ComplexBands wavelets;
  void* out;
  bool streams;  // past the caches, the result being too large to be kept in them
};

struct Envelope {  // reciprocals of the summed squared window, zero where it vanishes
  const float *head, *period, *tail;
  int64_t head_end, tail_start, period_length;
};

struct SynthesisJob {
  const RealFftPlan* plan;
  Spectra spectra;
  Factors factors;
  Spectra mask;         // of as many rows, in floats if its factors are real; steps of 0 repeat a value
  const float* window;  // n values times the scale, then zeros up to whole vectors
  int64_t rows, frames, hop, start, length;
  float edge;
  const Envelope* envelope;  // or null
  float* out;                // (rows, length)
  int64_t chunk, chunks;     // samples of a task, tasks of a row
  // Spectra made on the spot instead: the gradient of a spectrogram. Null when spectra are given.
  const AnalysisJob* forward;
  const float* cotangent;  // (rows, frames, bins or bands)
};

struct FilterJob {  // bands or reductions of given spectra
  Bands bands;
  const Reductions* reductions;  // or null: bands
  const float* data;
  const int64_t* offsets;  // of each row
  int64_t rows, frames, bins, frame_stride, bin_stride;
  float* out;  // (rows, frames, bands or columns)
};

struct ComplexFilterJob {  // a complex bank over given complex rows
  ComplexBands bands;
  Spectra spectra;
  int64_t rows, frames, bins;
  float* out;  // (rows, frames, bands) pairs
};

// A symmetric filter of odd length, as weights at even and at odd distances: 0, 2, 4, ... and 1, 3, 5, ...
struct RateJob {
  const float *even, *odd;
  int64_t evens, odds;
  const float* in;  // of one row, n samples
  int64_t n;
  float* out;  // length samples
  int64_t length;
};

struct FramewiseJob {
  Signal signal;
  int64_t frames, n, hop;
  bool crossings, zero_is_positive, counts_first;
  float threshold;
  float* out;  // (rows, frames)
};

struct WindowGradientJob {
  const AnalysisJob* analysis;    // its window is all ones
  const SynthesisJob* synthesis;  // its window holds the scale of each sample
  int64_t blocks_per_task;
  float* out;  // (tasks, n)
};

struct DecibelJob {
  const float* in;
  float* out;
  int64_t n;
  float scale, amin, offset;
};

struct Range {
  float low, high;  // of the numbers; high is NaN where a NaN is among them
};

// One row of out[i] = gain in[i] + zero in[i - 1] + pole out[i - 1]; `state` is added to out[0].
struct FirstOrderJob {
  const float* in;
  int64_t n, stride;
  double state, gain, zero, pole;
  float* out;
};

// One signal through filters of one form, forwards and backwards: energies of frames of `width` samples.
struct BothWaysJob {
  const float* x;
  int64_t n, edge;   // samples, and those that are mirrored beyond each end
  int64_t settling;  // samples after which filters have forgotten how they began
  int filters, sections, order;
  const double *coefficients, *settled;  // of `both_ways_lanes` filters side by side
  const int64_t* start;
  int64_t frames, width;
  float* out;  // (filters, frames)
};

// Frames first[k] and the one behind it, share[k] of which goes into frame k that is made.
struct VocoderJob {
  const float* D;  // (frames, bins) complex
  int64_t frames, bins, count;
  const int32_t* first;
  const float* share;
  const float* phases;  // (bins) complex, to begin with; or null, for those of frame first[0]
  bool goes_on;         // whether the phases behind the last frame are made too, as one more
  float* out;           // (count, or one more, bins) complex
};

// Errors of linear prediction, of an order.
template <class T>
struct PredictionJob {
  const T *x, *reflections;
  int64_t order;
};

// out = S x / |x| of complex x = D - momentum * earlier, 0 where x is; `earlier` may be null.
struct RephaseJob {
  const float *D, *earlier, *S;
  int64_t n;
  float momentum;
  float* out;
};

// The larger one; NaN where either is. Static: see above.
static inline float larger_or_nan(float a, float b) { return a > b || a != a ? a : b; }

struct FluxJob {
  const float *S, *reference;  // (rows, frames, bands); reference null: S itself
  int64_t frames, bands, lag, max_size;
  bool mean;
  float* out;
};

// The same of arrays whose frames lie side by side, each band a way from the next.
struct FluxAcrossJob {
  const float *S, *reference;  // of one row (bands, frames)
  int64_t pitch, reference_pitch, steps, bands, lag;
  bool mean;
  float* out;  // (bands, steps), or (steps,) if averaged
};

// Steps (a, b, low, high) over registers, which select the medians of neighboring windows; see
// spectro/_constants/networks.py.
struct Selection {
  int64_t inputs, registers, steps, count;
  const int16_t *step, *output;
};

// Medians of the `size` neighbors of each value of a matrix (n, width), down its columns or along its rows.
struct MedianJob {
  const float* in;  // (rows, n, width)
  float* out;
  int64_t n, width, size;
  bool down;
  Selection selection;
};

// Values of two arrays, each some steps from one to the next.
struct SoftmaskJob {
  const float *levels, *rest;
  int64_t step, rest_step, n;
  float power, at_zero;
  float* out;
};

struct SeparationJob {
  const float *S, *harmonic, *percussive;
  float *harmonic_out, *percussive_out;
  float power, margin_harmonic, margin_percussive;
  bool complex, masks;
};

// A step of Viterbi's algorithm, in logarithms, for groups of eight states. The ways into a group come from runs of
// states: (first, count, place in `ways`), eight values for each. All other ways are as long as the longest, and only
// the one from the best state counts: `leap` is its score.
constexpr int64_t STATES = 8;

struct HiddenJob {
  int64_t states;
  const int64_t *runs, *run;          // the first run of each group, and one past the last; the runs
  const double *ways, *value, *seen;  // `seen` is how well a state explains what is seen after this step
  double leap;
  double* next;
};

// What is seen of hidden states, (steps, states) however it lies, as logarithms that lie one after the other: of
// probabilities above 0, or as it is.
struct SeenJob {
  const double* seen;
  int64_t states, step, state;  // how far it is to the next step, and to the next state
  bool probabilities;
  const double* share;  // what to take off each state's logarithms, or null
  double* out;
};

// All steps of at most STATES states with a way between any two, `ways` (states, STATES): from `value` (STATES,) after
// the first step to that after the last, and the state before each of each step, (steps, STATES). `seen` (steps,
// states) goes on for STATES values after its end.
struct FewHiddenJob {
  int64_t states, steps;
  const double *ways, *seen;
  double* value;
  int8_t* before;
};

// Means of rows of S (n, width) for the rows first .. last - 1 of `out`, at `columns` columns from `column` on: of
// those that `chosen` names from start[i] to start[i + 1]. A row for which none is chosen stays as it is.
template <class T>
struct MeansJob {
  const T* S;
  const int64_t* start;
  const int32_t* chosen;
  T* out;
  int64_t n, width, column, columns;
};

// Frames of padded samples against themselves, at the lags first .. last.
struct PeriodsJob {
  const FftPlan* fft;  // of at least n + last values
  const float* samples;
  int64_t channels, length;  // (channels, length), that many samples
  int64_t frames, n, hop;    // of a channel
  int64_t first, last;
  float* out;  // (channels, frames, last - first + 1)
};

// Frames of windowed samples, each a sample after the one before, against themselves at the lags 0 .. n - 1.
struct CorrelationsJob {
  const FftPlan* fft;             // of at least 2 n - 1 values
  const float *samples, *window;  // (channels, frames + n - 1), (n,)
  int64_t channels, frames, n;    // of a channel
  bool norm;                      // divide each frame by its largest magnitude
  float* out;                     // (channels, frames, n)
};

// A step of a warping path, by which its total rises by factor * cost + constant.
struct WarpingStep {
  int64_t rows, columns;
  double number, factor, constant;
};

static constexpr int64_t WARPING_COLUMNS = 128;  // that are filled at a time

// What two frames differ by.
enum class Distance { EUCLIDEAN, SQUARED, MANHATTAN, COSINE };

// Totals of warping paths through a matrix of costs, and the numbers of their last steps, 0 for none.
struct WarpingJob {
  int64_t rows, columns, features;
  const double *costs, *left, *right;  // (rows, columns), or null: distances of (rows, features), (features, columns)
  Distance distance;
  const double *left_norms, *right_norms;  // of the frames, for COSINE
  int64_t above, below;                    // of the diagonal, where the band ends
  bool anywhere;                           // whether a path may begin at any column
  const WarpingStep* step;                 // by rising numbers
  int64_t steps;
  double* total;
  int32_t* chosen;
};

// Scores of alignments in a matrix of similarities, and which way led there, -1 for none.
struct RecurrenceJob {
  int64_t rows, columns;
  const double* similarity;
  double onset, extend;  // what it costs to begin a gap, and to go on with one
  bool knight, single;   // whether there are knight moves, and whether scores are rounded to floats
  double* score;
  int8_t* chosen;
};

struct Kernels {
  int lanes;
  int64_t (*analysis_scratch)(const AnalysisJob&);  // in floats
  void (*analysis)(const AnalysisJob&, int64_t block, float* scratch);
  int64_t (*filter_scratch)(const FilterJob&);
  void (*filter)(const FilterJob&, int64_t from, int64_t to, float* scratch);
  int64_t (*complex_filter_scratch)(const ComplexFilterJob&);
  void (*complex_filter)(const ComplexFilterJob&, int64_t block, float* scratch);
  int64_t (*halved_scratch)(const RateJob&, int64_t count);
  void (*halved)(const RateJob&, int64_t from, int64_t to, float* scratch);  // outputs of every second sample
  int64_t (*doubled_scratch)(const RateJob&, int64_t count);
  void (*doubled)(const RateJob&, int64_t from, int64_t to, float* scratch);  // pairs of outputs: 2 from .. 2 to - 1
  int64_t (*framewise_scratch)(const FramewiseJob&);
  void (*framewise)(const FramewiseJob&, int64_t from, int64_t to, float* scratch);
  int64_t (*synthesis_scratch)(const SynthesisJob&);
  void (*synthesis)(const SynthesisJob&, int64_t task, float* scratch);
  int64_t (*window_gradient_scratch)(const WindowGradientJob&);
  void (*window_gradient)(const WindowGradientJob&, int64_t task, float* scratch);
  Range (*decibels)(const DecibelJob&);
  void (*raise)(float* x, int64_t n, float floor);  // x = max(x, floor), NaN where either is
  void (*first_order)(const FirstOrderJob&);
  int64_t both_ways_lanes;
  int64_t (*both_ways_scratch)(const BothWaysJob&);
  void (*both_ways)(const BothWaysJob&, float* scratch);
  void (*rephase)(const RephaseJob&);
  int64_t vocoder_bins;
  void (*vocoder)(const VocoderJob&, int64_t from);
  int64_t (*flux_scratch)(const FluxJob&);
  void (*flux)(const FluxJob&, int64_t row, int64_t first, int64_t last, float* scratch);
  void (*flux_across)(const FluxAcrossJob&, int64_t first, int64_t last, float* scratch);
  void (*magnitudes)(const float* pairs, float* out, int64_t n);
  int64_t (*median_tasks)(const MedianJob&);  // of one matrix
  int64_t (*median_scratch)(const MedianJob&);
  void (*median)(const MedianJob&, int64_t row, int64_t task, float* scratch);
  void (*softmask)(const SoftmaskJob&);
  void (*separate)(const SeparationJob&, int64_t first, int64_t last);
  void (*hidden_step)(const HiddenJob&, int64_t from, int64_t to);
  void (*hidden_steps)(const HiddenJob&, int64_t steps, double longest);  // one after the other
  void (*few_hidden_steps)(const FewHiddenJob&);
  void (*logarithms)(const SeenJob&, int64_t first, int64_t last);  // of the steps first .. last - 1
  int64_t means_columns;                                            // at most, of one job
  void (*single_means)(const MeansJob<float>&, int64_t first, int64_t last, const float* packed);
  void (*double_means)(const MeansJob<double>&, int64_t first, int64_t last, const double* packed);
  int64_t (*single_prediction_scratch)(const PredictionJob<float>&);
  void (*single_prediction)(const PredictionJob<float>&, int64_t from, int64_t to, float* scratch, double* sums);
  int64_t (*double_prediction_scratch)(const PredictionJob<double>&);
  void (*double_prediction)(const PredictionJob<double>&, int64_t from, int64_t to, double* scratch, double* sums);
  int64_t (*periods_scratch)(const PeriodsJob&);
  void (*periods)(const PeriodsJob&, int64_t block, float* scratch);
  int64_t (*correlations_scratch)(const CorrelationsJob&);
  void (*correlations)(const CorrelationsJob&, int64_t block, float* scratch);
  int64_t (*warping_scratch)(const WarpingJob&);
  bool (*warp)(const WarpingJob&, int64_t first, int64_t last, int64_t from, float* scratch);
  void (*align)(const RecurrenceJob&, int64_t row);
};

}  // namespace spectro
