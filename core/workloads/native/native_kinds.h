#pragma once

#include "native/native_kind.h"

namespace spillway {

/// Every kind that the native engines know, sorted by id: one for each core/workloads/<kind>/native
/// (CMakeLists.txt finds them).
NativeKinds nativeKinds();

} // namespace spillway
