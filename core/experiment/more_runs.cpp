#include "experiment/more_runs.h"

#include <algorithm>

namespace spillway {
namespace {

template <class T>
void addOnce(std::vector<T>& all, const T& one)
{
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

/// The plan of the newest run of `cell`.
Result<Plan> planOf(const CellKey& cell, const std::vector<RunRecord>& records,
                    const std::vector<StoredPlan>& plans)
{
    const auto run = std::find_if(records.rbegin(), records.rend(),
                                  [&](const RunRecord& record) { return record.cell == cell; });
    const auto stored = run == records.rend()
                            ? plans.end()
                            : std::ranges::find(plans, run->planId, &StoredPlan::id);
    if (stored == plans.end())
        return makeError(ErrorCode::NotFound, "This session does not hold the plan of these runs.");
    return planFromText(stored->text);
}

/// The dataset that a cell's runs read.
Result<Dataset> datasetOf(const CellKey& cell, const std::vector<RunRecord>& records,
                          const std::vector<StoredPlan>& plans)
{
    const auto plan = planOf(cell, records, plans);
    if (!plan) return plan.error();
    const auto found = std::ranges::find_if(plan->datasets, [&](const Dataset& dataset) {
        return originOf(dataset) == cell.dataset && formatOf(dataset) == cell.format;
    });
    if (found != plan->datasets.end()) return *found;
    return makeError(ErrorCode::NotFound, "This session does not hold the data of these runs.");
}

} // namespace

Result<Plan> planOfMore(const MoreRuns& more, const std::vector<RunRecord>& records,
                        const std::vector<StoredPlan>& plans)
{
    if (more.cells.empty()) return makeError(ErrorCode::NotFound, "Nothing is undecided.");
    const CellKey& first = more.cells.front();
    auto plan = planOf(first, records, plans);
    if (!plan) return plan.error();
    plan->datasets.clear();
    plan->engines.clear();
    plan->workers.clear();
    for (const CellKey& cell : more.cells) {
        const auto dataset = datasetOf(cell, records, plans);
        if (!dataset) return dataset.error();
        addOnce(plan->datasets, *dataset);
        addOnce(plan->engines, EngineChoice{cell.engine, cell.profile});
        addOnce(plan->workers, cell.workers);
    }
    std::ranges::sort(plan->workers);
    plan->workloads = {more.workload};
    plan->parameters.clear(); // the workload has them
    plan->repeats = more.repeats;
    plan->untilDecided = false; // so many as were asked for
    plan->memoryLimit = first.memoryLimit;
    plan->furtherLimits.clear();
    plan->cache = first.cache;
    plan->address = first.address.empty() ? std::nullopt : std::optional(first.address);
    plan->budget.reset();
    if (auto valid = plan->validate(); !valid) return valid.error();
    return plan;
}

} // namespace spillway
