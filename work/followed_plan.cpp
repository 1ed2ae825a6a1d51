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
    }
    const RunRecord* of(const PlannedRun& run) const
    {
        const auto found = runs_.find({run.cell, run.warmup, run.repeat});
        return found == runs_.end() ? nullptr : found->second;
    }

private:
    std::map<std::tuple<CellKey, bool, int>, const RunRecord*> runs_;
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

/// The run that follows those that have ended: earlier ones without a record were left out.
std::optional<std::size_t> afterTheLast(const PlanProgress& progress)
{
    std::size_t next = progress.runs.size();
    while (next > 0 && !progress.statuses[next - 1])
        --next;
    return next < progress.runs.size() ? std::optional(next) : std::nullopt;
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
        progress.current = afterTheLast(progress);
    else
        takeLeftOut(stored, progress);
    return progress;
}

} // namespace spillway
