#include "workloads/field_checks.h"

#include "base/json.h"

#include <fmt/format.h>

#include <cmath>

namespace spillway {

std::string excerpt(const std::string& text)
{
    constexpr std::size_t longest = 40;
    return text.size() <= longest ? text : fmt::format("{}…", text.substr(0, longest));
}

std::string excerpt(double value)
{
    return std::isnan(value) ? "null" : fmt::format("{}", value);
}

Result<void> checkCount(std::string_view field, std::int64_t count, std::int64_t least,
                        std::int64_t most)
{
    if (count >= least && count <= most) return {};
    return badField(field, fmt::format("a whole number from {} to {}, not {}", least, most, count));
}

Result<void> checkShare(std::string_view field, double share)
{
    if (share >= 0 && share <= 1) return {};
    return badField(field, fmt::format("a share from 0 to 1, not {}", excerpt(share)));
}

Result<void> checkLoss(std::string_view field, double loss)
{
    if (std::isfinite(loss) && loss >= 0) return {};
    return badField(field, fmt::format("finite numbers from 0, not {}", excerpt(loss)));
}

Result<void> checkFinite(std::string_view field, double value)
{
    if (std::isfinite(value)) return {};
    return badField(field, fmt::format("finite numbers, not {}", excerpt(value)));
}

Result<void> checkSize(std::string_view field, std::size_t size, std::size_t expected,
                       std::string_view what)
{
    if (size == expected) return {};
    return badField(field, fmt::format("{} {}, not {}", expected, what, size));
}

Result<void> firstFault(std::initializer_list<Result<void>> checks)
{
    for (const auto& check : checks)
        if (!check) return check;
    return {};
}

} // namespace spillway
