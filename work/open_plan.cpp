#include "work/open_plan.h"

#include <algorithm>

namespace spillway {

std::optional<OpenPlan> openPlanOf(const std::vector<StoredPlan>& plans,
                                   const std::vector<RunRecord>& records,
                                   const std::vector<EngineInfo>& engines,
                                   const UndecidedCells& undecided)
{
    const auto open = std::ranges::find(plans.rbegin(), plans.rend(), false, &StoredPlan::finished);
    if (open == plans.rend()) return std::nullopt;
    auto plan = planFromText(open->text);
    if (!plan) return std::nullopt;
    const auto all = expand(*plan, engines);
    const auto left = remainingRuns(*plan, all, records, undecided);
    const auto countOf = [](const std::vector<PlannedRun>& runs) {
        return static_cast<int>(std::ranges::count_if(
            runs, [](const PlannedRun& run) { return !run.refusal.has_value(); }));
    };
    if (countOf(left) == 0) return std::nullopt;
    return OpenPlan{open->id, std::move(*plan), countOf(left), countOf(all)};
}

} // namespace spillway
