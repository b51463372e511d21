// All kernels of one instruction set; included once by each file that is compiled for one.
#pragma once

#include "kernels/analysis.h"
#include "kernels/both_ways.h"
#include "kernels/correlations.h"
#include "kernels/elementwise.h"
#include "kernels/first_order.h"
#include "kernels/framewise.h"
#include "kernels/hidden.h"
#include "kernels/means.h"
#include "kernels/median.h"
#include "kernels/periods.h"
#include "kernels/prediction.h"
#include "kernels/rates.h"
#include "kernels/rephase.h"
#include "kernels/separation.h"
#include "kernels/synthesis.h"
#include "kernels/vocoder.h"
#include "kernels/warping.h"
#include "kernels/wavelets.h"

#define SPECTRO_KERNELS(name)                                                    \
  namespace spectro {                                                            \
  extern const Kernels name;                                                     \
  const Kernels name = {.lanes = W,                                              \
                        .analysis_scratch = analysis_scratch,                    \
                        .analysis = analysis,                                    \
                        .filter_scratch = filter_scratch,                        \
                        .filter = filter,                                        \
                        .complex_filter_scratch = complex_filter_scratch,        \
                        .complex_filter = complex_filter,                        \
                        .halved_scratch = halved_scratch,                        \
                        .halved = halved,                                        \
                        .doubled_scratch = doubled_scratch,                      \
                        .doubled = doubled,                                      \
                        .framewise_scratch = framewise_scratch,                  \
                        .framewise = framewise,                                  \
                        .synthesis_scratch = synthesis_scratch,                  \
                        .synthesis = synthesis,                                  \
                        .window_gradient_scratch = window_gradient_scratch,      \
                        .window_gradient = window_gradient,                      \
                        .decibels = decibels,                                    \
                        .raise = raise,                                          \
                        .first_order = first_order,                              \
                        .both_ways_lanes = FILTERS,                              \
                        .both_ways_scratch = both_ways_scratch,                  \
                        .both_ways = both_ways,                                  \
                        .rephase = rephase,                                      \
                        .vocoder_bins = VOCODER_BINS,                            \
                        .vocoder = vocoder,                                      \
                        .flux_scratch = flux_scratch,                            \
                        .flux = flux,                                            \
                        .flux_across = flux_across,                              \
                        .magnitudes = magnitudes,                                \
                        .median_tasks = median_tasks,                            \
                        .median_scratch = median_scratch,                        \
                        .median = median,                                        \
                        .softmask = softmask,                                    \
                        .separate = separate,                                    \
                        .hidden_step = hidden_step,                              \
                        .hidden_steps = hidden_steps,                            \
                        .few_hidden_steps = few_hidden_steps,                    \
                        .logarithms = logarithms,                                \
                        .means_columns = MEANS_COLUMNS,                          \
                        .single_means = means<float>,                            \
                        .double_means = means<double>,                           \
                        .single_prediction_scratch = prediction_scratch<float>,  \
                        .single_prediction = prediction<float>,                  \
                        .double_prediction_scratch = prediction_scratch<double>, \
                        .double_prediction = prediction<double>,                 \
                        .periods_scratch = periods_scratch,                      \
                        .periods = periods,                                      \
                        .correlations_scratch = correlations_scratch,            \
                        .correlations = correlations,                            \
                        .warping_scratch = warping_scratch,                      \
                        .warp = warp,                                            \
                        .align = align};                                         \
  }
