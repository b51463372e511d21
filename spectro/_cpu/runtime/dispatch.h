// The kernels of the best instruction set that this machine runs.
#pragma once

#include "kernels/jobs.h"

namespace spectro {

const Kernels& kernels();
const char* instruction_set();

// Chooses by name ("avx512", "avx2", "portable"); false when this build or machine does not have it.
bool use_instruction_set(const char* name);

}  // namespace spectro
