#include "work/followed_plan.h"

#include "experiment/estimate.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace spillway {
namespace {

/// The runs of one plan by what they are of it.
class Recorded {
public:
    Recorded(std::int64_t plan, const std::vector<RunRecord>& records)
    {
        for (const RunRecord& record : records)
            if (record.planId == plan) runs_[{record.cell, record.warmup, record.repeat}] = &record;
        for (const auto& [run, record] : runs_)
            if (!newest_ || record->id > newest_->id) newest_ = record;
    }
    const RunRecord* of(const PlannedRun& run) const
    {
        const auto found = runs_.find({run.cell, run.warmup, run.repeat});
        return found == runs_.end() ? nullptr : found->second;
    }
    bool isNewest(const PlannedRun& run) const { return newest_ && of(run) == newest_; }

private:
    std::map<std::tuple<CellKey, bool, int>, const RunRecord*> runs_;
    const RunRecord* newest_ = nullptr;
};

void addRuns(PlanProgress& progress, const std::vector<PlannedRun>& runs, const Recorded& recorded)
{
    for (const PlannedRun& run : runs) {
        const RunRecord* record = recorded.of(run);
        progress.runs.push_back(run);
        progress.statuses.push_back(record ? std::optional(record->status) : std::nullopt);
        progress.wallSeconds.push_back(record ? record->wallSeconds : 0);
    }
}

bool isWhole(const PlanProgress& progress)
{
    return progress.ended() == progress.total();
}

/// The run after the newest one: what has no record before it was left out, or is over in a plan
/// that goes on where it was stopped.
std::optional<std::size_t> nextOf(const PlanProgress& progress, const Recorded& recorded)
{
    const auto newest = std::ranges::find_if(
        progress.runs, [&](const PlannedRun& run) { return recorded.isNewest(run); });
    const auto from = newest == progress.runs.end() ? 0 : newest - progress.runs.begin() + 1;
    const auto next = std::find(progress.statuses.begin() + from, progress.statuses.end(),
                                std::optional<RunStatus>());
    if (next == progress.statuses.end()) return std::nullopt;
    return static_cast<std::size_t>(next - progress.statuses.begin());
}

void takeLeftOut(const StoredPlan& stored, PlanProgress& progress)
{
    progress.leftOut = leftOutOf(stored);
    if (!progress.leftOut) return;
    for (std::size_t position = progress.runs.size(); position-- > 0;)
        if (!progress.statuses[position]) progress.remove(position);
}

} // namespace

PlanProgress followedProgress(const StoredPlan& stored, const std::vector<RunRecord>& records,
                              const std::vector<EngineInfo>& engines,
                              const UndecidedCells& undecided, bool running)
{
    PlanProgress progress;
    const auto plan = planFromText(stored.text);
    if (!plan) return progress;
    for (const Dataset& dataset : plan->datasets)
        progress.datasets.push_back(dataset.name);
    const Recorded recorded(stored.id, records);
    RoundSchedule schedule(*plan, expand(*plan, engines), undecided);
    do {
        const auto batch = schedule.next(records);
        if (batch.empty()) break;
        addRuns(progress, batch, recorded);
    } while (isWhole(progress));
    progress.earlier = earlierTimes(*plan, progress.runs, records);
    progress.stopped = !running && !stored.finished;
    if (running)
        progress.current = nextOf(progress, recorded);
    else
        takeLeftOut(stored, progress);
    return progress;
}

} // namespace spillway
