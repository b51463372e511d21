// Peaks of the frames of a spectrogram, where they lie between the bins, and those of curves: for Python, into arrays
// that it made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/simd.h"
#include "primitives/bindings.h"
#include "runtime/schedule.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace spectro {
namespace {

constexpr int64_t FRAMES = 64;  // of a task

// What is looked at: frames (count, bins), and of them the bins first .. last - 1 that are above `least`.
template <class T>
struct Peaks {
  const T* frames;
  const double* least;
  int64_t count, bins, first, last;
  double width;  // of a bin, in Hz
  int64_t* at;   // in the flat array
  T *hertz, *heights;

  // Neighbors are no two peaks.
  int64_t most() const { return (last - first + 1) / 2; }

  void add(int64_t frame, int64_t k, int64_t place) const {
    const T *x = frames + frame * bins + k, left = x[-1], center = x[0], right = k + 1 < bins ? x[1] : x[0];
    const T slope = (right - left) / 2, bend = left + right - 2 * center;
    const bool inside = std::abs(slope) < std::abs(bend) && k + 1 < bins;
    const T shift = inside ? -slope / bend : T(0);
    at[place] = frame * bins + k;
    hertz[place] = T((double(k) + double(shift)) * width);
    heights[place] = center + rounded(slope * shift / 2);
  }

  // The peaks of a frame, from `place` on; gives how many there are. `marks` has room for eight bins more.
  int64_t of_frame(int64_t frame, int64_t place, uint8_t* marks) const {
    const T* x = frames + frame * bins;
    T above = T(least[frame]);
    if (double(above) > least[frame]) above = std::nextafter(above, T(-INFINITY));
    const int64_t inner = std::min(last, bins - 1);
    for (int64_t k = first; k < inner; ++k) marks[k - first] = (x[k] > x[k - 1]) & (x[k] >= x[k + 1]) & (x[k] > above);
    if (last > first && inner < last) marks[inner - first] = x[inner] > x[inner - 1] && x[inner] > above;
    std::fill_n(marks + (last - first), 8, uint8_t(0));
    const int64_t begin = place;
    for (int64_t k = first; k < last; k += 8) {
      uint64_t some;
      std::memcpy(&some, marks + (k - first), 8);
      for (; some; some &= some - 1) {
        const int place_of_byte = std::countr_zero(some) / 8;
        add(frame, k + (std::endian::native == std::endian::little ? place_of_byte : 7 - place_of_byte), place++);
      }
    }
    return place - begin;
  }
};

template <class T>
int64_t fill(const Peaks<T>& p) {
  const int64_t tasks = (p.count + FRAMES - 1) / FRAMES;
  std::vector<int64_t> found(size_t(tasks), 0);
  parallel(tasks, p.count * (p.last - p.first) >= SMALL, [&](int64_t task) {
    std::vector<uint8_t> marks(size_t(p.last - p.first + 8));
    const int64_t from = task * FRAMES, to = std::min(p.count, from + FRAMES);
    for (int64_t frame = from; frame < to; ++frame)
      found[size_t(task)] += p.of_frame(frame, from * p.most() + found[size_t(task)], marks.data());
  });
  int64_t total = 0;
  for (int64_t task = 0; task < tasks; ++task) {
    const int64_t from = task * FRAMES * p.most(), count = found[size_t(task)];
    std::copy_n(p.at + from, count, p.at + total);
    std::copy_n(p.hertz + from, count, p.hertz + total);
    std::copy_n(p.heights + from, count, p.heights + total);
    total += count;
  }
  return total;
}

// What stands out of its neighbors in a curve: windows begin `before` a value and end `after` it.
template <class T>
struct Picking {
  int64_t n, max_before, max_after, mean_before, mean_after, wait;
  double delta;

  bool is_highest(const T* x, int64_t i) const {
    for (int64_t k = std::max<int64_t>(i - max_before, 0), end = std::min(i + max_after, n); k < end; ++k)
      if (!(x[k] <= x[i])) return false;  // nor is anything beside a NaN
    return true;
  }

  bool is_above_mean(const T* x, int64_t i) const {
    const int64_t begin = std::max<int64_t>(i - mean_before, 0), end = std::min(i + mean_after, n);
    T sum = 0;
    for (int64_t k = begin; k < end; ++k) sum += x[k];
    return double(x[i]) >= double(sum) / double(end - begin) + delta;
  }

  void mark(const T* x, bool* marks) const {
    for (int64_t i = 0; i < n; ++i)
      if (is_highest(x, i) && is_above_mean(x, i)) {
        marks[i] = true;
        i += wait;
      }
  }
};

template <class T>
void bind_of(nb::module_& m) {
  m.def(
      "peaks",
      [](Plain<const T, 2> frames, Plain<const double, 1> least, int64_t first, int64_t last, double width,
         Plain<int64_t, 1> at, Plain<T, 1> hertz, Plain<T, 1> heights) {
        nb::gil_scoped_release others_may_run;
        return fill<T>({frames.data(), least.data(), int64_t(frames.shape(0)), int64_t(frames.shape(1)), first, last,
                        width, at.data(), hertz.data(), heights.data()});
      },
      "frames"_a, "least"_a, "first"_a, "last"_a, "width"_a, "at"_a, "hertz"_a, "heights"_a);
  m.def(
      "pick",
      [](Plain<const T, 2> curves, int64_t max_before, int64_t max_after, int64_t mean_before, int64_t mean_after,
         int64_t wait, double delta, Plain<bool, 2> marks) {
        nb::gil_scoped_release others_may_run;
        const auto n = int64_t(curves.shape(1));
        const Picking<T> picking{n, max_before, max_after, mean_before, mean_after, wait, delta};
        for (int64_t row = 0; row < int64_t(curves.shape(0)); ++row)
          picking.mark(curves.data() + row * n, marks.data() + row * n);
      },
      "curves"_a, "max_before"_a, "max_after"_a, "mean_before"_a, "mean_after"_a, "wait"_a, "delta"_a, "marks"_a);
}

}  // namespace

void bind_peaks(nb::module_& m) {
  bind_of<float>(m);
  bind_of<double>(m);
}

}  // namespace spectro
