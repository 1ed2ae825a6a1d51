#include "native/native_kind.h"

#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {

const NativeKind* findNativeKind(NativeKinds kinds, std::string_view id)
{
    const auto found = std::ranges::find(kinds, id, [](const auto* kind) { return kind->id(); });
    return found == kinds.end() ? nullptr : *found;
}

Error noNativeKind(std::string_view id)
{
    const auto* type = findWorkloadType(id);
    return makeError(ErrorCode::Unsupported,
                     fmt::format("This engine has no {}.", type ? type->title : std::string(id)));
}

} // namespace spillway
