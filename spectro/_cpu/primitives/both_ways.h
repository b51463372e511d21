// Filters over plain memory, for functions that look at values.
#pragma once

#include <nanobind/nanobind.h>

namespace spectro {

void bind_both_ways(nanobind::module_& m);

}  // namespace spectro
