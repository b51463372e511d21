// The parts of the Python module that have files of their own.
#pragma once

#include <nanobind/nanobind.h>

namespace spectro {

void bind_structure(nanobind::module_& m);

}  // namespace spectro
