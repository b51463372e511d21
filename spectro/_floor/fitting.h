// What every compiled module of ours asks first: whether the MLX that runs is the one that it was compiled for.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>

#include "mlx/array.h"

namespace spectro {

// Refuses to be loaded, before any type is registered with MLX's own: MLX has another C++ ABI in every version, and
// nanobind another one in many. With another nanobind all seems well until a call meets an array that is none to it.
inline void refuse_other_mlx() {
  namespace nb = nanobind;
  const nb::module_ mlx = nb::module_::import_("mlx.core");
  const auto running = nb::cast<std::string>(mlx.attr("__version__"));
  if (running != SPECTRO_MLX_VERSION)
    throw nb::import_error(("it was compiled for MLX " SPECTRO_MLX_VERSION ", not " + running).c_str());
  if (!nb::isinstance<mlx::core::array>(mlx.attr("array")(0)))
    throw nb::import_error("it was compiled with another nanobind than MLX, and knows none of its arrays");
}

}  // namespace spectro
