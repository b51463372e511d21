// Energies of errors of linear prediction, which are made anew from the signal, some at a time.
#pragma once

#include <algorithm>

#include "kernels/simd.h"

namespace {

constexpr int64_t PREDICTION_BLOCK = 1 << 11;  // samples whose errors stay in the nearest cache

template <class T>
int64_t prediction_scratch(const spectro::PredictionJob<T>& job) {
  return 2 * (PREDICTION_BLOCK + job.order);
}

// One order more: the first n errors forwards and backwards in time, of one more of each.
template <class T>
inline void reflect(T* __restrict forward, T* __restrict backward, T k, int64_t n) {
  typedef T Lanes __attribute__((vector_size(4 * W), aligned(sizeof(T)), may_alias));
  constexpr int64_t lanes = 4 * W / int64_t(sizeof(T));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    Lanes &f = *reinterpret_cast<Lanes*>(forward + i), &b = *reinterpret_cast<Lanes*>(backward + i);
    const Lanes last =
        *reinterpret_cast<const Lanes*>(forward + i + 1) + k * *reinterpret_cast<const Lanes*>(backward + i + 1);
    b += k * f;
    f = last;
  }
  for (; i < n; ++i) {
    const T last = forward[i + 1] + k * backward[i + 1];
    backward[i] += k * forward[i];
    forward[i] = last;
  }
}

// sums += the energy of both errors, and their product.
template <class T>
inline void add_products(const T* forward, const T* backward, int64_t n, double* sums) {
  typedef T Lanes __attribute__((vector_size(4 * W), aligned(sizeof(T)), may_alias));
  constexpr int64_t lanes = 4 * W / int64_t(sizeof(T));
  Lanes energy{}, product{};
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const Lanes f = *reinterpret_cast<const Lanes*>(forward + i), b = *reinterpret_cast<const Lanes*>(backward + i);
    energy += f * f + b * b;
    product += f * b;
  }
  for (int64_t l = 0; l < lanes; ++l) {
    sums[0] += double(energy[l]);
    sums[1] += double(product[l]);
  }
  for (; i < n; ++i) {
    const double f = double(forward[i]), b = double(backward[i]);
    sums[0] += f * f + b * b;
    sums[1] += f * b;
  }
}

// Errors from .. to - 1 of an order, of a signal that has order + 1 samples more than errors.
template <class T>
void prediction(const spectro::PredictionJob<T>& job, int64_t from, int64_t to, T* scratch, double* sums) {
  T *forward = scratch, *backward = scratch + PREDICTION_BLOCK + job.order;
  for (; from < to; from += PREDICTION_BLOCK) {
    const int64_t count = std::min(PREDICTION_BLOCK, to - from), needed = count + job.order;
    const T* x = job.x + from;
    std::copy(x + 1, x + 1 + needed, forward);
    std::copy(x, x + needed, backward);
    for (int64_t m = 0; m < job.order; ++m) reflect(forward, backward, job.reflections[m], needed - 1 - m);
    add_products(forward, backward, count, sums);
  }
}

}  // namespace
