// Magnitudes of complex arrays, and their directions.
#pragma once

#include "primitives/primitive.h"

namespace spectro {

struct MagnitudePlan {
  bool operator==(const MagnitudePlan&) const = default;
};

struct DirectionPlan {
  bool operator==(const DirectionPlan&) const = default;
};

array magnitude(const array& D, mx::Stream s);
array direction(const array& D, mx::Stream s);
array defined(const MagnitudePlan& plan, const Arrays& in, mx::Stream s);
array defined(const DirectionPlan& plan, const Arrays& in, mx::Stream s);

}  // namespace spectro
