// The definitions of operations: Python functions that spectro/_cpu/definitions.py hands in.
#pragma once

#include "primitives/primitive.h"

namespace spectro {

array defined(const SpectrogramPlan& plan, const Arrays& in, mx::Stream s);
array defined(const ReducedPlan& plan, const Arrays& in, mx::Stream s);
array defined(const ReductionsPlan& plan, const Arrays& in, mx::Stream s);
array defined(const FramewisePlan& plan, const Arrays& in, mx::Stream s);
array defined(const DecibelPlan& plan, const Arrays& in, mx::Stream s);
array defined(const FirstOrderPlan& plan, const Arrays& in, mx::Stream s);
array defined(const RephasePlan& plan, const Arrays& in, mx::Stream s);
array defined(const VocoderPlan& plan, const Arrays& in, mx::Stream s);
array defined(const FluxPlan& plan, const Arrays& in, mx::Stream s);
array defined(const MedianPlan& plan, const Arrays& in, mx::Stream s);
array defined(const SeparationPlan& plan, const Arrays& in, mx::Stream s);
array defined(const SoftmaskPlan& plan, const Arrays& in, mx::Stream s);

// (..., n) -> (..., padding + n + padding) float32; `fold` is its adjoint.
array pad(const array& y, int padding, Pad mode, mx::Stream s);

}  // namespace spectro
