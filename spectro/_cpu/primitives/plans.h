// What the primitives are told: the part of the Python plans (spectro/_plans) that C++ needs, under their names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/jobs.h"
#include "primitives/bank.h"
#include "primitives/complex_bank.h"
#include "primitives/features.h"

namespace spectro {

// Frames of a real signal: cut, windowed, transformed; linear in the signal and in the window.
struct StftPlan {
  int n_fft, hop, frames, padding;
  Pad pad;
  float scale = 1, edge = 1;  // of all bins; besides, of bin 0 and of bin n_fft / 2

  bool operator==(const StftPlan&) const = default;

  // Whether padded samples are copies of others, so that a gradient of theirs belongs to those.
  bool folds() const { return padding > 0 && pad != Pad::constant; }
};

// Overlap-added inverse frames: samples start .. start + length - 1, divided by the envelope if so wished.
struct IstftPlan {
  int n_fft, hop, start, length;
  float scale, edge;
  bool normalized = false;
  float floor = 0;

  bool operator==(const IstftPlan&) const = default;
};

struct SpectrogramPlan {
  StftPlan stft;
  float power;
  std::shared_ptr<const Bank> bank;  // or null

  bool operator==(const SpectrogramPlan&) const = default;

  int width() const { return bank ? bank->n_bands : stft.n_fft / 2 + 1; }
};

struct ReductionsPlan {
  std::shared_ptr<const Features> features;

  bool operator==(const ReductionsPlan& other) const { return features->plan == other.features->plan; }
};

struct ReducedPlan {
  StftPlan stft;
  std::shared_ptr<const Features> features;

  bool operator==(const ReducedPlan& other) const {
    return stft == other.stft && features->plan == other.features->plan;
  }
};

// Root mean squares of frames, or the part of their samples that cross zero beyond a threshold.
struct FramewisePlan {
  int length, hop, frames, padding;
  Pad pad;
  std::optional<float> threshold;
  bool zero_is_positive, counts_first;

  bool operator==(const FramewisePlan&) const = default;
};

struct WaveletPlan {
  StftPlan stft;
  std::shared_ptr<const ComplexBank> bank;

  bool operator==(const WaveletPlan&) const = default;
};

struct ComplexBankPlan {
  std::shared_ptr<const ComplexBank> bank;
  bool dual;  // its conjugate transpose

  bool operator==(const ComplexBankPlan&) const = default;
};

// Weights of a symmetric filter at even and at odd distances; nodes of graphs share it as they do a bank.
struct Taps {
  std::vector<float> even, odd;
};

// A signal at half the rate, or its transpose: one of `length` samples at twice the rate.
struct RatePlan {
  std::shared_ptr<const Taps> taps;
  int length;

  bool operator==(const RatePlan&) const = default;
};

struct FilterbankPlan {
  std::shared_ptr<const Bank> bank;
  bool transposed = false;

  bool operator==(const FilterbankPlan&) const = default;
};

// Of what padded `padding` samples on both sides.
struct FoldPlan {
  int padding;
  Pad pad;

  bool operator==(const FoldPlan&) const = default;
};

struct DecibelPlan {
  float scale, amin;
  std::optional<float> top_db;
  int block_dims;  // trailing dimensions of one spectrogram

  bool operator==(const DecibelPlan&) const = default;
};

struct FirstOrderPlan {
  double gain, zero, pole;

  bool operator==(const FirstOrderPlan&) const = default;
};

struct RephasePlan {
  float momentum;

  bool operator==(const RephasePlan&) const = default;
};

// Where frames that are made lie, as Python hands it in, with its own plan of them, pickled.
struct Places {
  std::string plan;
  std::vector<int32_t> first;
  std::vector<float> share;
  bool goes_on;
};

struct VocoderPlan {
  std::shared_ptr<const Places> places;

  bool operator==(const VocoderPlan&) const = default;
};

struct FluxPlan {
  int lag, max_size;
  bool mean;

  bool operator==(const FluxPlan&) const = default;
};

// Steps of a network, as Python hands them in; nodes of graphs share it as they do a bank.
struct Network {
  int inputs, registers;
  std::vector<int16_t> steps, outputs;
};

struct MedianPlan {
  int size, axis;
  std::shared_ptr<const Network> network;

  bool operator==(const MedianPlan&) const = default;
};

struct SoftmaskPlan {
  float power;
  bool splits_zeros;

  bool operator==(const SoftmaskPlan&) const = default;
};

struct SeparationPlan {
  float power, margin_harmonic, margin_percussive;
  bool masks;

  bool operator==(const SeparationPlan&) const = default;
};

}  // namespace spectro
