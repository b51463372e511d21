// Dynamic programs over matrices in plain memory.
#pragma once

#include "kernels/jobs.h"

namespace spectro {

// Fills total and chosen; gives whether all costs are numbers, and stops early where they are not.
bool warp(const WarpingJob& job);

// Fills score and chosen.
void align(const RecurrenceJob& job);

}  // namespace spectro
