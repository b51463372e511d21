// What the two files of the compiled module share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/vector.h>

#include <vector>

#include "mlx/array.h"
#include "tracing.h"

namespace nb = nanobind;
namespace mx = mlx::core;
using mx::array;
using Arrays = std::vector<array>;

void bind_mapping(nb::module_& m);
