#include "work/earlier_runs.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace spillway {
namespace {

using RunKey = std::tuple<CellKey, bool, int>; ///< cell, warm-up, repeat

RunKey keyOfRun(const PlannedRun& run)
{
    return {run.cell, run.warmup, run.repeat};
}

} // namespace

PlanProgress continuedProgress(const Plan& plan, const std::vector<PlannedRun>& begun,
                               const std::vector<RunRecord>& records,
                               const std::vector<EngineInfo>& engines)
{
    std::map<RunKey, const RunRecord*> newest;
    Plan whole = plan; // all rounds that there are, also those after a look
    whole.repeats = firstRoundsOf(plan);
    for (const RunRecord& record : records) {
        newest[{record.cell, record.warmup, record.repeat}] = &record;
        whole.repeats = std::max(whole.repeats, record.repeat);
    }
    whole.untilDecided = false;
    std::set<RunKey> now;
    for (const PlannedRun& run : begun)
        now.insert(keyOfRun(run));
    PlanProgress progress;
    for (const PlannedRun& run : expand(whole, engines)) {
        const auto found = newest.find(keyOfRun(run));
        if (run.refusal || found == newest.end() || now.contains(keyOfRun(run))) continue;
        progress.runs.push_back(run);
        progress.statuses.push_back(found->second->status);
        progress.wallSeconds.push_back(found->second->wallSeconds);
    }
    progress.runs.insert(progress.runs.end(), begun.begin(), begun.end());
    progress.statuses.resize(progress.runs.size());
    progress.wallSeconds.resize(progress.runs.size());
    return progress;
}

} // namespace spillway
