#include "workloads/native/native_kinds.h"

#include <array>

namespace spillway {

#define SPILLWAY_KIND(kind)                                                                        \
    namespace kind {                                                                               \
    const NativeKind& nativeKind();                                                                \
    }
#include "native_kinds.inc"
#undef SPILLWAY_KIND

NativeKinds nativeKinds()
{
    static const std::array all{
#define SPILLWAY_KIND(kind) &kind::nativeKind(),
#include "native_kinds.inc"
#undef SPILLWAY_KIND
    };
    return all;
}

} // namespace spillway
