#include "runtime/fft_plans.h"

#include <cmath>
#include <list>
#include <mutex>
#include <numbers>
#include <vector>

namespace spectro {
namespace {

constexpr size_t MAX_CACHED = 32;

// A plan and the memory that it points into.
struct OwnedFft {
  FftPlan plan{};
  std::vector<std::vector<float>> twiddles;
  std::vector<int> rows;
  std::vector<float> chirp, filter;
  std::unique_ptr<OwnedFft> longer;
};

struct OwnedReal {
  RealFftPlan plan{};
  OwnedFft fft;
  std::vector<float> split;
  std::vector<int> rows;
};

// e^{-2 pi i k / n}
void push_root(std::vector<float>& out, int64_t k, int64_t n) {
  const double angle = -2 * std::numbers::pi * double(k % n) / double(n);
  out.push_back(float(std::cos(angle)));
  out.push_back(float(std::sin(angle)));
}

// Radices of n, or none when a prime is too large for a butterfly.
std::vector<int> factors(int64_t n) {
  std::vector<int> radices;
  for (int p : {13, 11, 7, 5, 3})
    for (; n % p == 0; n /= p) radices.push_back(p);
  int twos = 0;
  for (; n % 2 == 0; n /= 2) ++twos;
  if (n != 1) return {};
  for (; twos >= 3 && twos != 4; twos -= 3) radices.push_back(8);
  for (; twos >= 2; twos -= 2) radices.push_back(4);
  if (twos) radices.push_back(2);
  return radices;
}

void decimate(OwnedFft& f, const std::vector<int>& radices) {
  FftPlan& p = f.plan;
  p.levels = int(radices.size());
  f.twiddles.resize(radices.size());
  f.rows.assign(size_t(p.n), 0);
  int64_t size = p.n, stride = 1;
  for (int l = 0; l < p.levels; ++l) {
    const int radix = p.radix[l] = radices[size_t(l)];
    const int64_t m = size / radix;
    for (int64_t k = 0; k < m; ++k)
      for (int64_t j = 1; j < radix; ++j) push_root(f.twiddles[size_t(l)], j * k, size);
    for (int64_t k = 0; k < p.n; ++k) f.rows[size_t(k)] += int(k / stride % radix * m);
    p.twiddle[l] = f.twiddles[size_t(l)].data();
    size = m;
    stride *= radix;
  }
}

void build(OwnedFft& f, int64_t n);

// Transform of the conjugate chirp, so that a convolution with it is a product: by the definition of the FFT on
// doubles, recursively in halves since the size is a power of two.
void transform(std::vector<double>& re, std::vector<double>& im) {
  const size_t n = re.size();
  if (n == 1) return;
  std::vector<double> er(n / 2), ei(n / 2), odd_r(n / 2), odd_i(n / 2);
  for (size_t k = 0; k < n / 2; ++k)
    er[k] = re[2 * k], ei[k] = im[2 * k], odd_r[k] = re[2 * k + 1], odd_i[k] = im[2 * k + 1];
  transform(er, ei);
  transform(odd_r, odd_i);
  for (size_t k = 0; k < n / 2; ++k) {
    const double angle = -2 * std::numbers::pi * double(k) / double(n), c = std::cos(angle), s = std::sin(angle);
    const double r = c * odd_r[k] - s * odd_i[k], i = c * odd_i[k] + s * odd_r[k];
    re[k] = er[k] + r, im[k] = ei[k] + i, re[k + n / 2] = er[k] - r, im[k + n / 2] = ei[k] - i;
  }
}

void chirp(OwnedFft& f) {
  const int64_t n = f.plan.n;
  int64_t size = 1;
  while (size < 2 * n - 1) size *= 2;
  f.longer = std::make_unique<OwnedFft>();
  build(*f.longer, size);
  std::vector<double> re(size_t(size), 0.0), im(size_t(size), 0.0);
  for (int64_t k = 0; k < n; ++k) {
    const double angle = std::numbers::pi * double(k * k % (2 * n)) / double(n);
    f.chirp.push_back(float(std::cos(angle)));
    f.chirp.push_back(float(-std::sin(angle)));
    re[size_t(k)] = re[size_t((size - k) % size)] = std::cos(angle);
    im[size_t(k)] = im[size_t((size - k) % size)] = std::sin(angle);
  }
  transform(re, im);
  for (size_t k = 0; k < size_t(size); ++k) {
    f.filter.push_back(float(re[k] / double(size)));
    f.filter.push_back(float(im[k] / double(size)));
  }
  for (int64_t k = 0; k < n; ++k) f.rows.push_back(int(k));
  f.plan.longer = &f.longer->plan;
  f.plan.chirp = f.chirp.data();
  f.plan.filter = f.filter.data();
}

void build(OwnedFft& f, int64_t n) {
  f.plan.n = n;
  const std::vector<int> radices = factors(n);
  if (radices.empty() && n > 1)
    chirp(f);
  else
    decimate(f, radices);
  f.plan.row = f.rows.data();
}

std::shared_ptr<const RealFftPlan> build_real(int64_t n) {
  auto owned = std::make_shared<OwnedReal>();
  const bool even = n % 2 == 0;
  owned->plan.n = n;
  owned->plan.bins = n / 2 + 1;
  build(owned->fft, even ? n / 2 : n);
  owned->plan.fft = owned->fft.plan;
  owned->rows.assign(owned->fft.rows.begin(), owned->fft.rows.begin() + (even ? n / 2 : n / 2 + 1));
  if (even) owned->rows.push_back(int(n / 2));
  for (int64_t k = 0; even && k <= n / 4 + 1; ++k) push_root(owned->split, k, n);
  owned->plan.split = owned->split.data();
  owned->plan.row = owned->rows.data();
  return {owned, &owned->plan};
}

}  // namespace

std::shared_ptr<const RealFftPlan> real_fft_plan(int64_t n) {
  static std::mutex mutex;
  static std::list<std::shared_ptr<const RealFftPlan>> recent;  // most recent first
  std::lock_guard lock(mutex);
  for (auto it = recent.begin(); it != recent.end(); ++it) {
    if ((*it)->n != n) continue;
    recent.splice(recent.begin(), recent, it);
    return recent.front();
  }
  recent.push_front(build_real(n));
  if (recent.size() > MAX_CACHED) recent.pop_back();
  return recent.front();
}

}  // namespace spectro
