// The parts of the Python module that have files of their own.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace spectro {

// An array of Python's whose elements lie one after the other.
template <class T, int NDIM>
using Plain = nanobind::ndarray<T, nanobind::ndim<NDIM>, nanobind::c_contig, nanobind::device::cpu>;

void bind_hidden(nanobind::module_& m);
void bind_peaks(nanobind::module_& m);
void bind_periods(nanobind::module_& m);
void bind_plain(nanobind::module_& m);
void bind_prediction(nanobind::module_& m);
void bind_structure(nanobind::module_& m);
void bind_warping(nanobind::module_& m);

}  // namespace spectro
