// Products of spectra and masks.
#pragma once

#include "primitives/primitive.h"

namespace spectro {

// D times a mask, real or complex, each repeated over the leading dimensions of the other.
array masked(const array& D, const array& mask, mx::Stream s);

}  // namespace spectro
