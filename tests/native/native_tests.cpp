// The kernels and the pool alone, without MLX or Python, so that sanitizers see nothing else.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <new>
#include <numbers>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/cores.h"
#include "runtime/dispatch.h"
#include "runtime/fft_plans.h"
#include "runtime/pool.h"

using namespace spectro;

namespace {

int failures = 0;

void expect(bool ok, const char* what, int64_t n = 0) {
  if (ok) return;
  ++failures;
  std::printf("FAILED: %s (n = %lld, %s)\n", what, static_cast<long long>(n), instruction_set());
}

std::vector<float> noise(size_t n) {
  std::mt19937 generator(7);
  std::normal_distribution<float> normal;
  std::vector<float> out(n);
  for (float& x : out) x = normal(generator);
  return out;
}

// Memory of exactly the scratch that a kernel asks for, so that a sanitizer sees one float too many.
struct Scratch {
  explicit Scratch(int64_t floats)
      : memory(static_cast<float*>(::operator new[](size_t(floats) * 4, std::align_val_t(64)))) {}
  ~Scratch() { ::operator delete[](memory, std::align_val_t(64)); }
  float* memory;
};

struct Case {
  int64_t n, hop, samples;
  Pad pad;
  int64_t rows = 2, frames = 0, padding = 0, offsets[2] = {0, 0};
  std::vector<float> y, window;

  Case(int64_t n, int64_t hop, int64_t samples, Pad pad) : n(n), hop(hop), samples(samples), pad(pad) {
    padding = n / 2;
    frames = 1 + (samples + 2 * padding - n) / hop;
    offsets[1] = samples;
    y = noise(size_t(rows * samples));
    window.assign(size_t(whole_vectors(n)), 0.0f);
    for (int64_t i = 0; i < n; ++i) window[size_t(i)] = float(0.6 + 0.4 * std::cos(double(i)));
  }
  Signal signal() const { return {y.data(), offsets, 1, samples, Dtype::f32, pad, padding}; }
};

std::vector<float> analyze(const Case& c) {
  const auto plan = real_fft_plan(c.n);
  std::vector<float> half = c.window, out(size_t(c.rows * c.frames * plan->bins * 2), NAN);
  for (float& w : half) w *= 0.5f;
  const AnalysisJob a{plan.get(),      c.signal(), half.data(), c.rows,  c.frames, c.hop,      1,
                      Output::complex, 2,          {},          nullptr, {},       out.data(), c.n % 3 == 0};
  const Kernels& k = kernels();
  Scratch memory(k.analysis_scratch(a));
  for (int64_t b = 0; b * k.lanes < c.rows * c.frames; ++b) k.analysis(a, b, memory.memory);
  return out;
}

void test_analysis(int64_t n, int64_t hop, int64_t samples) {
  const Case c(n, hop, samples, Pad::constant);
  const std::vector<float> got = analyze(c);
  const int64_t bins = n / 2 + 1, t = c.frames - 1;
  double error = 0, peak = 0;
  for (int64_t k = 0; k < bins; ++k) {
    std::complex<double> sum = 0;
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = t * hop + i - c.padding;
      if (at < 0 || at >= samples) continue;
      sum += std::polar(double(c.y[size_t(samples + at)]) * c.window[size_t(i)],
                        -2 * std::numbers::pi * double(k * i % n) / double(n));
    }
    const float* x = got.data() + 2 * ((c.frames + t) * bins + k);
    error = std::max(error, std::abs(sum - std::complex<double>(x[0], x[1])));
    peak = std::max(peak, std::abs(sum));
  }
  expect(error <= 1e-6 * peak + 1e-9, "a frame is its discrete Fourier transform", n);
  for (float x : got) expect(std::isfinite(x), "every bin is written", n);
}

void test_pads(int64_t n) {
  for (Pad pad : {Pad::edge, Pad::reflect, Pad::symmetric, Pad::linear_ramp})
    for (int64_t samples : {int64_t(1), int64_t(2), n})
      for (float x : analyze(Case(n, 3, samples, pad))) expect(std::isfinite(x), "padding stays inside the signal", n);
}

// Synthesis of an analysis, with the envelope multiplied in by hand, gives the signal back.
void test_synthesis(int64_t n, int64_t hop, int64_t samples) {
  Case c(n, hop, samples, Pad::constant);
  const std::vector<float> D = analyze(c);
  const auto plan = real_fft_plan(n);
  std::vector<float> window = c.window, out(size_t(c.rows * samples), NAN);
  for (float& w : window) w /= float(n);
  const int64_t offsets[2] = {0, c.frames * plan->bins};
  SynthesisJob s{};
  s.plan = plan.get();
  s.spectra = {D.data(), offsets, plan->bins, 1};
  s.window = window.data();
  s.rows = c.rows, s.frames = c.frames, s.hop = hop, s.start = c.padding, s.length = samples, s.edge = 1;
  s.out = out.data();
  s.chunk = 5 * hop;
  s.chunks = (samples + s.chunk - 1) / s.chunk;
  const Kernels& k = kernels();
  Scratch memory(k.synthesis_scratch(s));
  for (int64_t task = 0; task < s.rows * s.chunks; ++task) k.synthesis(s, task, memory.memory);
  double error = 0;
  for (int64_t i = 0; i < samples; ++i) {
    double envelope = 0;
    for (int64_t t = 0; t < c.frames; ++t) {
      const int64_t at = i + c.padding - t * hop;
      if (at >= 0 && at < n) envelope += double(c.window[size_t(at)]) * c.window[size_t(at)];
    }
    error = std::max(error, std::abs(out[size_t(samples + i)] - envelope * c.y[size_t(samples + i)]));
  }
  expect(error <= 2e-5, "synthesis inverts analysis", n);
}

void test_elementwise() {
  const Kernels& k = kernels();
  std::vector<float> x = noise(1003), y(x.size(), NAN);
  for (float& v : x) v = v * v + 1e-6f;
  const Range range = k.decibels({x.data(), y.data(), int64_t(x.size()), 10, 1e-10f, 0});
  float high = -1e30f;
  for (size_t i = 0; i < x.size(); ++i) {
    expect(std::abs(y[i] - 10 * std::log10(double(x[i]))) < 1e-5, "decibels are ten times the logarithm", int64_t(i));
    high = std::max(high, y[i]);
  }
  expect(range.high == high, "the range's upper end is the largest value");
  std::vector<float> S = noise(20 * 37), rise(17 * 37, NAN);
  const FluxJob f{S.data(), nullptr, 20, 37, 3, 4, false, rise.data()};
  Scratch memory(k.flux_scratch(f));
  k.flux(f, 0, 0, 17, memory.memory);
  for (float v : rise) expect(v >= 0, "a rise is written and not negative");
  for (bool mean : {false, true}) {  // the frames of a band side by side: the same to the bit
    std::vector<float> across(S.size()), expected(rise.size(), NAN), got(rise.size(), NAN);
    for (int64_t t = 0; t < 20; ++t)
      for (int64_t m = 0; m < 37; ++m) across[size_t(m * 20 + t)] = S[size_t(t * 37 + m)];
    k.flux({S.data(), nullptr, 20, 37, 3, 1, mean, expected.data()}, 0, 0, 17, memory.memory);
    Scratch sums((k.lanes + 1) * 17);
    k.flux_across({across.data(), across.data(), 20, 20, 17, 37, 3, mean, got.data()}, 0, 17, sums.memory);
    for (int64_t t = 0; t < 17; ++t)
      for (int64_t m = 0; m < (mean ? 1 : 37); ++m)
        expect(got[size_t(mean ? t : m * 17 + t)] == expected[size_t(mean ? t : t * 37 + m)],
               "rises of frames side by side are those of frames apart", t * 37 + m);
  }
}

void test_pool() {
  std::vector<std::thread> callers;
  std::atomic<int64_t> sum{0}, active{0}, most{0};
  for (int c = 0; c < 8; ++c)
    callers.emplace_back([&] {
      for (int r = 0; r < 50; ++r)
        parallel(40, true, [&](int64_t i) {
          const int64_t now = ++active;
          for (int64_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
          }
          float* memory = scratch(1000 + 100 * i);
          memory[999] = float(i);
          sum += int64_t(memory[999]);
          --active;
        });
    });
  for (std::thread& caller : callers) caller.join();
  expect(sum == 8 * 50 * 780, "every index runs once");
  expect(most <= threads(), "no more tasks at once than threads");
  bool thrown = false;
  try {
    parallel(100, true, [](int64_t i) {
      if (i == 37) throw std::runtime_error("planned");
    });
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  expect(thrown, "an exception of a task reaches the caller");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose `new` aborts
  try {
    scratch(int64_t(1) << 58);
    expect(false, "too much scratch is refused");
  } catch (const std::runtime_error&) {
  }
#endif
  parallel(1, true, [](int64_t) { scratch(64)[0] = 0; });
}

// A task that asks for tasks must not wait for the permission that it holds: the alarm ends a program that does.
void test_nested(int limit) {
  set_threads(limit);
  alarm(20);
  std::atomic<int64_t> sum{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; ++c)
    callers.emplace_back(
        [&] { parallel(8, true, [&](int64_t) { parallel(10, true, [&](int64_t i) { sum += i; }); }); });
  for (std::thread& caller : callers) caller.join();
  expect(sum == 3 * 8 * 45, "every nested index runs once", limit);
  bool thrown = false;
  try {
    parallel(4, true, [](int64_t) { parallel(4, true, [](int64_t) { throw std::runtime_error("planned"); }); });
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  expect(thrown, "an exception of a nested task reaches the caller", limit);
  std::atomic<int64_t> active{0}, most{0};
  parallel(64, true, [&](int64_t) {
    const int64_t now = ++active;
    for (int64_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --active;
  });
  expect(most <= limit && (limit == 1 || most > 1), "after it, regions are shared as before", limit);
  alarm(0);
  set_threads(4);
}

void test_fork() {
  const pid_t child = fork();
  if (child == 0) {
    std::atomic<int64_t> sum{0};
    parallel(100, true, [&](int64_t i) { sum += i; });
    _exit(sum == 4950 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  expect(status == 0, "a forked child computes");
}

// Quotas of control groups, version 2 and 1, with those that a group lies in.
void test_quota() {
  namespace fs = std::filesystem;
  const fs::path root = fs::temp_directory_path() / ("spectro-quota-" + std::to_string(getpid()));
  auto write = [&](const char* file, const char* text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  write("two/batch/cpu.max", "150000 100000\n");
  write("two/batch/job/cpu.max", "max 100000\n");
  write("half/cpu.max", "50000 100000\n");
  write("broken/cpu.max", "150000\n");
  write("one/cpu,cpuacct/job/cpu.cfs_quota_us", "300000\n");
  write("one/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  write("free/cpu/cpu.cfs_quota_us", "-1\n");
  write("free/cpu/cpu.cfs_period_us", "100000\n");
  auto in = [&](const char* mounted, const char* groups) { return quota(groups, (root / mounted).string()); };
  expect(in("two", "0::/batch/job\n") == 2, "a quota around the group");
  expect(in("two", "0::/other\n") == 0, "a group that is not there");
  expect(in("half", "0::/\n") == 1, "half a core");
  expect(in("broken", "0::/\n") == 0, "a quota without a period");
  expect(in("one", "5:cpuset:/x\n4:cpu,cpuacct:/job\n") == 3, "a quota of version 1");
  expect(in("free", "4:cpu:/\n") == 0, "no quota of version 1");
  expect(in("none", "") == 0 && in("none", "no\n::\n") == 0, "no control groups");
  expect(cores() >= 1, "a core");
  fs::remove_all(root);
}

}  // namespace

int main(int argc, char**) {
  set_threads(4);
  for (const char* name : {"portable", "avx2", "avx512"}) {
    if (!use_instruction_set(name)) continue;
    for (int64_t n : {1, 2, 3, 5, 6, 7, 8, 13, 16, 22, 30, 31, 34, 62, 64, 100, 127, 130, 256, 331, 400, 1024, 2062})
      for (int64_t hop : {(n + 3) / 4, n + 5}) test_analysis(n, hop, n + 100);
    for (int64_t n : {2, 5, 16, 33}) test_pads(n);
    for (int64_t n : {4, 7, 16, 34, 62, 100, 256, 331}) test_synthesis(n, (n + 3) / 4, 3 * n + 50);
    test_elementwise();
  }
  test_quota();
  test_pool();
  for (int limit : {1, 2, 4}) test_nested(limit);
  if (argc == 1) test_fork();  // a thread sanitizer does not follow forks of threaded programs
  std::printf(failures ? "%d failures\n" : "all native tests passed\n", failures);
  return failures != 0;
}
