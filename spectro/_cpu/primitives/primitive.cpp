#include "primitives/primitive.h"

#include <algorithm>

#include "mlx/transforms.h"
#include "runtime/memory.h"

namespace spectro {

Arrays dense(const Arrays& arrays, mx::Stream s) {
  Arrays dense;
  for (const array& x : arrays) {
    const bool lies_so = x.is_available() && x.data_shared_ptr() && x.flags().row_contiguous;
    dense.push_back(lies_so ? x : mx::contiguous(x, false, s));
  }
  return dense;
}

mx::Shape shape_with(const array& x, int dropped, std::initializer_list<int> last) {
  mx::Shape shape(x.shape().begin(), x.shape().end() - dropped);
  for (int size : last) shape.push_back(size);
  return shape;
}

Rows::Rows(const array& x, int inner, const mx::Shape& outer) : held(array::unsafe_weak_copy(x)) {
  const int dims = int(outer.size()), missing = dims + inner - int(x.ndim());
  mx::Strides strides(size_t(dims), 0);
  int64_t count = 1;
  for (int d = 0; d < dims; ++d) {
    count *= outer[d];
    if (d >= missing && x.shape(d - missing) > 1) strides[d] = x.strides(d - missing);
  }
  offsets.reserve(size_t(count));
  std::vector<int> index(size_t(dims), 0);
  for (int64_t i = 0, at = 0; i < count; ++i) {
    offsets.push_back(at);
    for (int d = dims - 1; d >= 0; --d) {
      at += strides[d];
      if (++index[size_t(d)] < outer[d]) break;
      at -= strides[d] * outer[d];
      index[size_t(d)] = 0;
    }
  }
}

constexpr size_t TOGETHER = 16;  // floats of a cache line

const float* Contiguous::data() const {
  const array& x = rows_.held;
  if (x.flags().row_contiguous) return x.data<float>();
  if (!copy_.empty()) return copy_.data();
  const int64_t n = x.ndim() ? x.shape(-1) : 1, stride = x.ndim() ? rows_.stride(1) : 0;
  const size_t rows = rows_.offsets.size();
  const float* from = x.data<float>();
  copy_.resize(x.size());
  // some rows at a time: of a transposed array, they lie in one cache line
  for (size_t first = 0; first < rows; first += TOGETHER) {
    const size_t last = std::min(rows, first + TOGETHER);
    for (int64_t i = 0; i < n; ++i)
      for (size_t row = first; row < last; ++row)
        copy_[row * size_t(n) + size_t(i)] = from[rows_.offsets[row] + i * stride];
  }
  return copy_.data();
}

void allocate(array& out) {
  const bool column = out.ndim() == 0 || out.shape(0) == int(out.size()) || out.shape(-1) == int(out.size());
  give_memory(out, out.strides(), {.contiguous = true, .row_contiguous = true, .col_contiguous = column});
}

namespace {

array slice_of(const array& x, int axis, int i, mx::Stream s) { return axis < 0 ? x : mx::take(x, i, axis, s); }

}  // namespace

std::pair<Arrays, std::vector<int>> CpuPrimitive::vmap(const Arrays& inputs, const std::vector<int>& axes) {
  const size_t batched = std::min(batched_inputs(), inputs.size());
  bool simple = true;
  int size = 1;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (axes[i] >= 0) size = inputs[i].shape(axes[i]);
    simple = simple && (axes[i] >= 0) == (i < batched);
  }
  if (simple) {
    Arrays moved = inputs;
    for (size_t i = 0; i < batched; ++i) moved[i] = mx::moveaxis(inputs[i], axes[i], 0, stream());
    return {{again(moved)}, {0}};
  }
  Arrays parts;
  for (int b = 0; b < size; ++b) {
    Arrays part;
    for (size_t i = 0; i < inputs.size(); ++i) part.push_back(slice_of(inputs[i], axes[i], b, stream()));
    parts.push_back(again(part));
  }
  return {{mx::stack(parts, 0, stream())}, {0}};
}

std::vector<mx::Shape> shapes_of(const Arrays& arrays) {
  std::vector<mx::Shape> shapes;
  for (const array& a : arrays) shapes.push_back(a.shape());
  return shapes;
}

void refuse_sizes(const char* operation) {
  throw std::invalid_argument(std::string("[") + operation +
                              "] sizes must be those of the first call, for which it was planned, as shapeless=True " +
                              "hides all others; leave it out of mx.compile");
}

Arrays LinearPrimitive::jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) {
  std::optional<array> sum;
  for (size_t i = 0; i < argnums.size(); ++i) {
    Arrays changed = in;
    changed[size_t(argnums[i])] = tangents[i];
    const array part = again(changed);
    sum = sum ? mx::add(*sum, part, stream()) : part;
  }
  return {*sum};
}

namespace {

Arrays chosen(const Arrays& all, const std::vector<int>& argnums) {
  Arrays some;
  for (int arg : argnums) some.push_back(all[size_t(arg)]);
  return some;
}

std::function<Arrays(const Arrays&)> function_of(const std::vector<int>& argnums, const Function& f, const Arrays& in) {
  return [&](const Arrays& x) {
    Arrays all = in;
    for (size_t i = 0; i < argnums.size(); ++i) all[size_t(argnums[i])] = x[i];
    return Arrays{f(all)};
  };
}

}  // namespace

Arrays vjp_of(const Function& f, const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums) {
  return mx::vjp(function_of(argnums, f, in), chosen(in, argnums), cotangents).second;
}

Arrays jvp_of(const Function& f, const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) {
  return mx::jvp(function_of(argnums, f, in), chosen(in, argnums), tangents).second;
}

Arrays ComposedPrimitive::vjp(const Arrays& in, const Arrays& cotangents, const std::vector<int>& argnums,
                              const Arrays&) {
  return vjp_of([this](const Arrays& x) { return definition(x); }, in, cotangents, argnums);
}

Arrays ComposedPrimitive::jvp(const Arrays& in, const Arrays& tangents, const std::vector<int>& argnums) {
  return jvp_of([this](const Arrays& x) { return definition(x); }, in, tangents, argnums);
}

}  // namespace spectro
