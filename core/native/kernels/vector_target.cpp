#include "native/kernels/vector_target.h"

#include <hwy/highway.h>

namespace spillway {

std::string vectorTarget()
{
    // The best of those that are compiled and supported: the lowest bit.
    const auto targets = hwy::SupportedTargets() & HWY_TARGETS;
    return hwy::TargetName(targets & -targets);
}

} // namespace spillway
