#include "workloads/result_checker.h"

#include <fmt/format.h>

namespace spillway {

Error wrongResult(std::string message)
{
    auto error = makeError(ErrorCode::EngineFailed, std::move(message));
    error.phase = "check";
    return error;
}

std::string shownKey(const std::string& key)
{
    constexpr std::size_t longest = 40;
    return key.size() <= longest ? key : key.substr(0, longest) + "…";
}

std::optional<Error> rowsDisagreement(const RunResult& result, std::int64_t rows)
{
    if (result.rows == rows) return std::nullopt;
    return wrongResult(fmt::format("it read {} rows of a file of {}", formatCount(result.rows),
                                   formatCount(rows)));
}

} // namespace spillway
