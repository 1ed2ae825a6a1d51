#include "protocol/counted.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace spillway {

bool counts(const RunRecord& record)
{
    using namespace std::string_view_literals;
    static constexpr std::array notMeasured{"sampling-gap"sv, "arrival-gap"sv,
                                            "suspended"sv,    "clock-skew"sv,
                                            "seconds-from-host"sv, "setup-from-host"sv};
    return record.status == RunStatus::Ok &&
           std::ranges::none_of(record.flags, [](const std::string& flag) {
               return std::ranges::find(notMeasured, flag) != notMeasured.end();
           });
}

} // namespace spillway
