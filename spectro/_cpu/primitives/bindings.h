// The parts of the Python module that have files of their own.
#pragma once

#include <nanobind/nanobind.h>

namespace spectro {

void bind_hidden(nanobind::module_& m);
void bind_peaks(nanobind::module_& m);
void bind_periods(nanobind::module_& m);
void bind_plain(nanobind::module_& m);
void bind_structure(nanobind::module_& m);
void bind_warping(nanobind::module_& m);

}  // namespace spectro
