#include "workloads/serve/serve_check.h"

#include "base/json.h"

#include <fmt/format.h>

namespace spillway::serve {
namespace {

std::optional<Error> answersDisagreement(const RunResult& result)
{
    const auto detail = parseJson(result.detail);
    if (!detail || !detail->contains("rungs"))
        return wrongResult("nothing was measured of the server's answers");
    const auto wrong = fieldOr(*detail, "first_wrong", std::string());
    if (!wrong.empty()) return wrongResult(wrong);
    if (fieldOr<std::int64_t>(*detail, "wrong", 0) > 0) return wrongResult("an answer is wrong");
    if (fieldOr<std::int64_t>(*detail, "right", 0) > 0) return std::nullopt;
    const auto failed = fieldOr(*detail, "first_failed", std::string());
    return wrongResult("no request was answered" + (failed.empty() ? "" : ": " + failed));
}

class ServeChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload&) const override { return std::nullopt; }
    CheckOutcome check(const CheckInput& input) const override
    {
        return {.wrong = answersDisagreement(input.result), .flags = {}};
    }
};

} // namespace

const ResultChecker& serveChecker()
{
    static const ServeChecker checker;
    return checker;
}

} // namespace spillway::serve
