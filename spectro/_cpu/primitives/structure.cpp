// Distances, the smallest of them, and what is made of the frames that they name.
#include "primitives/structure.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/dispatch.h"
#include "runtime/pool.h"
#include "runtime/schedule.h"

namespace spectro {
namespace {

constexpr int64_t COLUMNS = 512;  // of a block of distances, which stays in the first cache
constexpr int64_t WIDTH = 64;     // features of a block of frames
constexpr int64_t FRAMES = 512;   // of a task

template <Difference KIND, class T>
void add_feature(T point, const T* others, double* out, int64_t columns) {
  for (int64_t j = 0; j < columns; ++j) {
    const double gap = double(T(point - others[j]));
    if constexpr (KIND == Difference::SQUARED) out[j] += gap * gap;
    if constexpr (KIND == Difference::ABSOLUTE) out[j] += std::abs(gap);
    if constexpr (KIND == Difference::LARGEST) out[j] = std::max(out[j], std::abs(gap));
  }
}

template <Difference KIND, class T>
void differences_of(const T* points, const T* others, double* out, int64_t rows, int64_t columns, int64_t features) {
  parallel_ranges(rows, 16, rows * columns * features >= SMALL, [&](int64_t from, int64_t to) {
    std::fill(out + from * columns, out + to * columns, 0.0);
    for (int64_t c = 0; c < columns; c += COLUMNS) {
      const int64_t block = std::min(COLUMNS, columns - c);
      for (int64_t i = from; i < to; ++i)
        for (int64_t f = 0; f < features; ++f)
          add_feature<KIND>(points[i * features + f], others + f * columns + c, out + i * columns + c, block);
    }
  });
}

// The rows that are chosen for one frame, and what they weigh.
template <class T>
struct Chosen {
  const T* S;
  int64_t stride, count;
  const int32_t* rows;
  const double* weights;

  const T* row(int64_t k) const { return S + rows[k] * stride; }
};

// Means in blocks of columns, which are packed so that a block's frames lie side by side.
template <class T>
void means(const T* S, const int64_t* start, const int32_t* chosen, T* out, int64_t n, int64_t width) {
  const Kernels& k = kernels();
  const int64_t block = k.means_columns / int64_t(sizeof(T)), parts = (n + FRAMES - 1) / FRAMES;
  parallel((width + block - 1) / block * parts, start[n] * width >= SMALL, [&](int64_t task) {
    const int64_t column = task / parts * block, some = std::min(block, width - column), from = task % parts * FRAMES;
    T* packed = reinterpret_cast<T*>(scratch(n * block * int64_t(sizeof(T) / sizeof(float))));
    for (int64_t i = 0; i < n; ++i) {
      std::copy_n(S + i * width + column, some, packed + i * block);
      std::fill_n(packed + i * block + some, block - some, T(0));
    }
    const MeansJob<T> job{S, start, chosen, out, n, width, column, some};
    const int64_t last = std::min(n, from + FRAMES);
    if constexpr (sizeof(T) == sizeof(float))
      k.single_means(job, from, last, packed);
    else
      k.double_means(job, from, last, packed);
  });
}

template <class T>
void average_of(const Chosen<T>& chosen, T* out, int64_t width) {
  double sums[WIDTH] = {}, total = 0;
  for (int64_t k = 0; k < chosen.count; ++k) {
    const T* row = chosen.row(k);
    const double weight = chosen.weights[k];
    for (int64_t j = 0; j < width; ++j) sums[j] += weight * double(row[j]);
    total += weight;
  }
  for (int64_t j = 0; j < width; ++j) out[j] = T(sums[j] / total);
}

// The sorted values of one feature, and which place each frame has among them; NaN are the largest.
template <class T>
class Ranks {
 public:
  void sort(const T* S, int64_t n, int64_t stride) {
    pairs_.resize(size_t(n));
    rank_.resize(size_t(n));
    for (int64_t i = 0; i < n; ++i) pairs_[size_t(i)] = {S[i * stride], int32_t(i)};
    std::sort(pairs_.begin(), pairs_.end(), [](const auto& a, const auto& b) {
      return a.first < b.first || (std::isnan(b.first) && !std::isnan(a.first));
    });
    for (int64_t r = 0; r < n; ++r) rank_[size_t(pairs_[size_t(r)].second)] = uint32_t(r);
    has_nan_ = std::isnan(pairs_.back().first);
    words_.assign(size_t(n / 64 + 1), 0);
    counts_.assign(words_.size(), 0);
  }

  // The middle of the values of some frames, or half the sum of the two in the middle; NaN if there is one.
  T median(const int32_t* frames, int64_t count) {
    for (int64_t k = 0; k < count; ++k) {
      const uint32_t r = rank_[size_t(frames[k])];
      words_[r / 64] |= uint64_t(1) << (r % 64);
      ++counts_[r / 64];
    }
    const T upper = value(count / 2), lower = count % 2 ? upper : value(count / 2 - 1);
    const T last = has_nan_ ? value(count - 1) : upper;
    if (int64_t(words_.size()) < count) {
      std::fill(words_.begin(), words_.end(), 0);
      std::fill(counts_.begin(), counts_.end(), 0);
    } else {
      for (int64_t k = 0; k < count; ++k)
        words_[rank_[size_t(frames[k])] / 64] = counts_[rank_[size_t(frames[k])] / 64] = 0;
    }
    return std::isnan(last) ? last : count % 2 ? upper : (lower + upper) / 2;
  }

 private:
  // The value of the marked rank that `below` marked ones are under.
  T value(int64_t below) const {
    size_t word = 0;
    for (; below >= counts_[word]; ++word) below -= counts_[word];
    uint64_t marks = words_[word];
    for (; below > 0; --below) marks &= marks - 1;
    return pairs_[word * 64 + size_t(std::countr_zero(marks))].first;
  }

  bool has_nan_ = false;
  std::vector<std::pair<T, int32_t>> pairs_;
  std::vector<uint32_t> rank_;
  std::vector<uint8_t> counts_;  // of marks in a word
  std::vector<uint64_t> words_;  // a mark for each rank
};

template <class T>
void medians(const T* S, const int64_t* start, const int32_t* chosen, T* out, int64_t n, int64_t width) {
  constexpr int64_t GRAIN = 16;  // features whose results share lines of the cache
  parallel_ranges(width, GRAIN, start[n] * width >= SMALL, [&](int64_t from, int64_t to) {
    std::array<Ranks<T>, GRAIN> ranks;
    for (int64_t j = from; j < to; ++j) ranks[size_t(j - from)].sort(S + j, n, width);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = from; j < to; ++j) {
        const int64_t count = start[i + 1] - start[i];
        out[i * width + j] = count ? ranks[size_t(j - from)].median(chosen + start[i], count) : S[i * width + j];
      }
  });
}

// The smallest values of a row and their places, in ascending order, of equal ones the first. Candidates are kept with
// room for as many again; those that do not fit are more than the worst of those that stay.
class Smallest {
 public:
  explicit Smallest(int64_t count) : count_(count) { kept_.reserve(size_t(2 * count + ROOM)); }

  const std::vector<std::pair<double, int32_t>>& of(const double* row, int64_t n, int64_t but) {
    kept_.clear();
    double most = 0;
    bool full = false;
    for (int64_t j = 0; j < n; ++j) {
      if ((full && !(row[j] < most)) || j == but) continue;
      kept_.emplace_back(row[j], int32_t(j));
      if (int64_t(kept_.size()) < 2 * count_ + ROOM) continue;
      shrink();
      most = kept_.back().first;
      full = true;
    }
    shrink();
    std::sort(kept_.begin(), kept_.end());
    return kept_;
  }

 private:
  static constexpr int64_t ROOM = 32;

  void shrink() {
    if (int64_t(kept_.size()) <= count_) return;
    std::nth_element(kept_.begin(), kept_.begin() + (count_ - 1), kept_.end());
    kept_.resize(size_t(count_));
  }

  int64_t count_;
  std::vector<std::pair<double, int32_t>> kept_;
};

// A chain of groups of frames, named by numbers that grow with each join. A group keeps the room of its first frame.
class Chain {
 public:
  Chain(const double* S, int64_t n, int64_t width)
      : width_(width),
        sums_(S, S + n * width),
        means_(sums_),
        size_(size_t(n), 1.0),
        left_(size_t(n)),
        right_(size_t(n)),
        name_(size_t(n)),
        room_(size_t(n)) {
    for (int64_t i = 0; i < n; ++i) left_[i] = i - 1, right_[i] = i + 1 < n ? i + 1 : -1, name_[i] = room_[i] = i;
    for (int64_t i = 1; i < n; ++i) offer(i, i - 1);
  }

  // Joins the cheapest pair; the first frame of the right one starts no group from then on.
  int64_t join() {
    int64_t a, b;
    do {
      const auto [cost, later, earlier] = pairs_.top();
      pairs_.pop();
      a = std::min(room_[later], room_[earlier]), b = std::max(room_[later], room_[earlier]);
      if (room_[later] >= 0 && room_[earlier] >= 0) break;
    } while (true);
    size_[a] += size_[b];
    for (int64_t j = 0; j < width_; ++j) {
      sums_[a * width_ + j] += sums_[b * width_ + j];
      means_[a * width_ + j] = sums_[a * width_ + j] / size_[a];
    }
    right_[a] = right_[b];
    if (right_[b] >= 0) left_[right_[b]] = a;
    room_[name_[a]] = room_[name_[b]] = -1;
    name_[a] = int64_t(room_.size());
    room_.push_back(a);
    if (left_[a] >= 0) offer(a, left_[a]);
    if (right_[a] >= 0) offer(a, right_[a]);
    return b;
  }

 private:
  using Pair = std::tuple<double, int64_t, int64_t>;  // cost and names: of equal costs the oldest names go first

  // By how much the variance within grows if two groups, of these rooms, are joined.
  void offer(int64_t i, int64_t j) {
    const double *x = means_.data() + i * width_, *y = means_.data() + j * width_;
    double squares = 0;
    for (int64_t k = 0; k < width_; ++k) squares += (x[k] - y[k]) * (x[k] - y[k]);
    pairs_.emplace(squares * ((size_[i] * size_[j]) / (size_[i] + size_[j])), name_[i], name_[j]);
  }

  int64_t width_;
  std::vector<double> sums_, means_, size_;
  std::vector<int64_t> left_, right_, name_,
      room_;  // rooms of the neighbors; of rooms the names, and back, -1 for none
  std::priority_queue<Pair, std::vector<Pair>, std::greater<>> pairs_;
};

}  // namespace

template <class T>
void differences(const T* points, const T* others, double* out, int64_t rows, int64_t columns, int64_t features,
                 Difference kind) {
  switch (kind) {
    case Difference::SQUARED: return differences_of<Difference::SQUARED>(points, others, out, rows, columns, features);
    case Difference::ABSOLUTE:
      return differences_of<Difference::ABSOLUTE>(points, others, out, rows, columns, features);
    case Difference::LARGEST: return differences_of<Difference::LARGEST>(points, others, out, rows, columns, features);
  }
}

void smallest(const double* values, int32_t* place, double* smallest, int64_t rows, int64_t columns, int64_t count,
              int64_t first) {
  parallel_ranges(rows, 16, rows * columns >= SMALL, [&](int64_t from, int64_t to) {
    Smallest least(count);
    for (int64_t i = from; i < to; ++i) {
      const auto& row = least.of(values + i * columns, columns, first < 0 ? -1 : first + i);
      for (int64_t k = 0; k < count; ++k) std::tie(smallest[i * count + k], place[i * count + k]) = row[size_t(k)];
    }
  });
}

template <class T>
void gather(const T* S, const int64_t* start, const int32_t* chosen, const double* weight, T* out, int64_t n,
            int64_t width, Gather kind) {
  if (kind == Gather::MEDIAN) return medians(S, start, chosen, out, n, width);
  if (kind == Gather::MEAN) return means(S, start, chosen, out, n, width);
  const int64_t parts = (n + FRAMES - 1) / FRAMES;
  parallel((width + WIDTH - 1) / WIDTH * parts, start[n] * width >= SMALL, [&](int64_t task) {
    const int64_t w = task / parts * WIDTH, some = std::min(WIDTH, width - w), from = task % parts * FRAMES;
    for (int64_t i = from; i < std::min(n, from + FRAMES); ++i) {
      const int64_t first = start[i], count = start[i + 1] - first;
      if (count == 0) std::copy_n(S + i * width + w, some, out + i * width + w);
      if (count > 0) average_of<T>({S + w, width, count, chosen + first, weight + first}, out + i * width + w, some);
    }
  });
}

void join_neighbors(const double* S, bool* starts, int64_t n, int64_t width, int64_t groups) {
  std::fill(starts, starts + n, true);
  Chain chain(S, n, width);
  for (int64_t left = n; left > groups; --left) starts[chain.join()] = false;
}

template void differences(const float*, const float*, double*, int64_t, int64_t, int64_t, Difference);
template void differences(const double*, const double*, double*, int64_t, int64_t, int64_t, Difference);
template void gather(const float*, const int64_t*, const int32_t*, const double*, float*, int64_t, int64_t, Gather);
template void gather(const double*, const int64_t*, const int32_t*, const double*, double*, int64_t, int64_t, Gather);

}  // namespace spectro
