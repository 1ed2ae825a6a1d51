#include "protocol/counted.h"

#include "protocol/run_flags.h"

#include <algorithm>

namespace spillway {

bool counts(const RunRecord& record)
{
    return record.status == RunStatus::Ok && !record.excluded &&
           std::ranges::none_of(record.flags, [](const std::string& flag) {
               const auto* known = std::ranges::find(runFlags, flag, &RunFlag::name);
               return known != runFlags.end() && !known->measured;
           });
}

} // namespace spillway
