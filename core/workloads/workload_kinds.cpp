#include "workloads/workload_type.h"

#include <array>

namespace spillway {

#define SPILLWAY_KIND(kind)                                                                        \
    namespace kind {                                                                               \
    const WorkloadType& type();                                                                    \
    }
#include "workload_kinds.inc"
#undef SPILLWAY_KIND

std::span<const WorkloadType* const> workloadTypes()
{
    static const std::array all{
#define SPILLWAY_KIND(kind) &kind::type(),
#include "workload_kinds.inc"
#undef SPILLWAY_KIND
    };
    return all;
}

} // namespace spillway
