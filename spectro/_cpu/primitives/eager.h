// NumPy's arrays read where they lie, and operations computed at once on the thread that asks, without MLX's streams.
#pragma once

#include "primitives/primitive.h"

namespace spectro {

// An array over memory of another owner, who keeps it until the array is gone. Strides are in elements.
array borrowed(const void* data, mx::Shape shape, mx::Strides strides, mx::Dtype dtype);

// Computes an array of ours, and what of ours it is made of, here and now; what else it is made of, as MLX does.
void compute_at_once(array& x);

}  // namespace spectro
