#include "experiment/estimate.h"

#include "experiment/time_budget.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace spillway {
namespace {

const Dataset* findDataset(const Plan& plan, const CellKey& cell)
{
    const auto found = std::ranges::find_if(plan.datasets, [&](const Dataset& dataset) {
        return originOf(dataset) == cell.dataset && formatOf(dataset) == cell.format;
    });
    return found == plan.datasets.end() ? nullptr : &*found;
}

/// How much larger `dataset` is than the data of `record`: by bytes when both are in the plan, by
/// rows when both are known.
std::optional<double> ratioOf(const Plan& plan, const Dataset& dataset, const RunRecord& record)
{
    if (record.cell.dataset == originOf(dataset)) return 1;
    const Dataset* earlier = findDataset(plan, record.cell);
    if (earlier && earlier->bytes > 0)
        return static_cast<double>(dataset.bytes) / static_cast<double>(earlier->bytes);
    if (record.rows > 0 && dataset.rows)
        return static_cast<double>(*dataset.rows) / static_cast<double>(record.rows);
    return std::nullopt;
}

/// The same work on other data or under another limit; names of columns matter.
bool sameWork(const CellKey& a, const CellKey& b)
{
    return a.workload == b.workload && a.engine == b.engine && a.profile == b.profile &&
           a.workers == b.workers && a.address == b.address && a.format == b.format;
}

double medianOf(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

bool triedInVain(RunStatus status)
{
    return status != RunStatus::Ok && status != RunStatus::Cancelled &&
           status != RunStatus::Unsupported && status != RunStatus::Skipped;
}

/// Median wall time of earlier runs: of the same cell, else of the same work, scaled.
std::optional<double> wallOf(const Plan& plan, const CellKey& cell,
                             const std::vector<RunRecord>& history)
{
    const Dataset* dataset = findDataset(plan, cell);
    std::vector<double> same;
    std::vector<double> similar;
    std::vector<double> failed;
    for (const auto& record : history) {
        if (record.wallSeconds <= 0) continue;
        if (record.cell == cell && triedInVain(record.status)) failed.push_back(record.wallSeconds);
        if (record.status != RunStatus::Ok) continue;
        if (record.cell == cell) same.push_back(record.wallSeconds);
        if (!dataset || !sameWork(record.cell, cell)) continue;
        if (const auto ratio = ratioOf(plan, *dataset, record))
            similar.push_back(record.wallSeconds * *ratio);
    }
    if (!same.empty()) return medianOf(std::move(same));
    if (!similar.empty()) return medianOf(std::move(similar));
    if (!failed.empty()) return medianOf(std::move(failed));
    return std::nullopt;
}

/// Bytes of the parsed columns: eight for a number, and for a text what the file has for a field on
/// average; the whole file when its rows are not counted.
Bytes parsedBytes(const Dataset& dataset, const Workload& workload)
{
    const auto columns = static_cast<Bytes>(columnsOf(workload).size());
    if (!dataset.rows || dataset.schema.columns.empty()) return dataset.bytes;
    const Bytes numbers = *dataset.rows * 8 * std::max<Bytes>(0, columns - 1);
    return numbers + dataset.bytes / static_cast<Bytes>(dataset.schema.columns.size());
}

/// What a run may have to spill: nothing when it streams or has no limit, all that it keeps when
/// that is more than 80 % of the limit, which is what engines are told.
Bytes scratchOf(const Plan& plan, const PlannedRun& run)
{
    const auto& type = typeOf(run.workload);
    const bool keeps = type.keepsColumns && type.keepsColumns(run.workload);
    if (!keeps || !run.cell.memoryLimit) return 0;
    const Bytes kept = parsedBytes(plan.datasets[run.dataset], run.workload);
    return kept > *run.cell.memoryLimit / 5 * 4 ? kept : 0;
}

void addWarnings(const Plan& plan, const std::set<int>& workers, int usableCores,
                 PlanEstimate& estimate)
{
    for (const int count : workers)
        if (count > usableCores)
            estimate.warnings.push_back(fmt::format("{} workers on {} {}: oversubscribed", count,
                                                    usableCores,
                                                    usableCores == 1 ? "core" : "cores"));
    if (plan.maxScratch && estimate.scratch > *plan.maxScratch)
        estimate.warnings.push_back(
            fmt::format("A run may spill {}, more than the {} that are allowed",
                        formatBytes(estimate.scratch), formatBytes(*plan.maxScratch)));
}

/// What the plan's budget would leave out; nothing: nothing. `walls` are of every cell.
std::optional<LeftOut> leftOutBy(const Plan& plan, std::vector<PlannedRun> runs,
                                 const std::map<CellKey, std::optional<double>>& walls)
{
    std::erase_if(runs, [](const PlannedRun& run) { return run.refusal.has_value(); });
    TimeBudget budget(plan.budget);
    for (const auto& [cell, wall] : walls)
        if (wall) budget.expect(cell, Seconds(*wall));
    std::vector<PlannedRun> leftOut;
    Seconds now{};
    std::optional<int> round;
    for (std::size_t next = 0; next < runs.size();) {
        const auto rest = std::span(runs).subspan(next);
        const auto cells = budget.leavesOut(rest, round != rest.front().round, now);
        if (cells.empty()) {
            round = runs[next].round;
            now += budget.expected(runs[next++].cell).value_or(Seconds(0));
            continue;
        }
        const auto goes = [&](const PlannedRun& run) {
            return std::ranges::find(cells, run.cell) != cells.end();
        };
        std::ranges::copy_if(rest, std::back_inserter(leftOut), goes);
        const auto gone = std::ranges::remove_if(rest, goes);
        runs.resize(runs.size() - gone.size());
    }
    if (leftOut.empty()) return std::nullopt;
    return leftOutOf(leftOut, firstRoundsOf(plan), *plan.budget, budget);
}

} // namespace

std::map<CellKey, Seconds> earlierTimes(const Plan& plan, const std::vector<PlannedRun>& runs,
                                        const std::vector<RunRecord>& history)
{
    std::map<CellKey, Seconds> times;
    std::set<CellKey> known;
    for (const auto& run : runs) {
        if (run.refusal || !known.insert(run.cell).second) continue;
        if (const auto wall = wallOf(plan, run.cell, history)) times[run.cell] = Seconds(*wall);
    }
    return times;
}

PlanEstimate estimate(const Plan& plan, const std::vector<PlannedRun>& runs,
                      const std::vector<RunRecord>& history, int usableCores)
{
    PlanEstimate result;
    std::set<int> workers;
    std::set<std::string> reasons;
    std::map<CellKey, std::optional<double>> walls;
    double known = 0;
    for (const auto& run : runs) {
        if (run.refusal) {
            ++result.refused;
            if (reasons.insert(describe(*run.refusal)).second)
                result.refusals.push_back(describe(*run.refusal));
            continue;
        }
        ++result.runs;
        workers.insert(run.cell.workers);
        if (run.dataset < plan.datasets.size())
            result.scratch = std::max(result.scratch, scratchOf(plan, run));
        if (!walls.contains(run.cell)) walls[run.cell] = wallOf(plan, run.cell, history);
        const auto& wall = walls[run.cell];
        known += wall.value_or(0);
        if (!wall) ++result.runsWithUnknownTime;
    }
    if (result.runsWithUnknownTime < result.runs) result.duration = Seconds(known);
    result.budget = plan.budget;
    if (plan.budget && result.runsWithUnknownTime == 0)
        result.leftOut = leftOutBy(plan, runs, walls);
    addWarnings(plan, workers, usableCores, result);
    return result;
}

} // namespace spillway
