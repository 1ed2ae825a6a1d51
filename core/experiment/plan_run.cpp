#include "experiment/plan_run.h"

#include "base/json.h"
#include "experiment/estimate.h"
#include "experiment/plan_check.h"
#include "measure/machine.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace spillway {
namespace {

std::optional<Seconds> endOf(const Plan& plan, const RunnerOptions& options)
{
    if (!plan.budget) return std::nullopt;
    return options.began.value_or(options.clock()) + *plan.budget;
}

} // namespace

std::stop_token CurrentRun::begin()
{
    const MutexLock lock(mutex_);
    source_ = std::stop_source();
    return source_.get_token();
}

void CurrentRun::stop()
{
    std::stop_source source(std::nostopstate);
    {
        const MutexLock lock(mutex_);
        source = source_;
    }
    source.request_stop();
}

PlanRun::PlanRun(const PlanContext& context, const Plan& plan, std::stop_token stop)
    : context_(context),
      plan_(plan),
      stop_(stop),
      passes_(context, plan_, std::move(stop)),
      oracles_(context, plan_),
      budget_(endOf(plan, context.options))
{
}

Result<PlanOutcome> PlanRun::execute()
{
    if (auto prepared = prepare(); !prepared) {
        if (prepared.error().code != ErrorCode::Cancelled) return prepared.error();
        outcome_.cancelled = true;
        return outcome_;
    }
    context_.observer.onPlan(runs_);
    for (const auto& watch : watches_)
        if (watch.manifestRefuted()) context_.observer.onManifestRefuted(watch.dataset());
    if (auto made = passes_.make(runs_); !made) return made.error();
    std::size_t next = 0;
    while (next < runs_.size()) {
        if (stop_.stop_requested()) outcome_.cancelled = true;
        if (outcome_.cancelled) return outcome_;
        if (!cutToBudget(next)) {
            // By value: a run that is stopped by the budget takes further ones away.
            const PlannedRun run = runs_[next];
            if (auto ran = runOne(run, next); !ran) return ran.error();
            ++next;
        }
        if (next < runs_.size() || outcome_.cancelled) continue;
        if (auto added = addRounds(); !added) return added.error();
    }
    if (outcome_.cancelled) return outcome_;
    noteLeftOut();
    const auto leftOut = outcome_.leftOut ? toLine(toJson(*outcome_.leftOut)) : std::string();
    if (auto finished = context_.store.finishPlan(planId_, leftOut); !finished)
        return finished.error();
    return outcome_;
}

/// What is still to run of the schedule's next batches.
std::vector<PlannedRun> PlanRun::nextBatch(const std::vector<RunRecord>& records)
{
    while (true) {
        auto batch = schedule_.next(records);
        if (batch.empty() || !context_.options.continuePlan) return batch;
        batch = missingRuns(std::move(batch), records, context_.options.rerunFailed);
        if (!batch.empty()) return batch;
    }
}

/// After the last run: the rounds up to the next look, of what is undecided.
Result<void> PlanRun::addRounds()
{
    if (!plan_.untilDecided) return {};
    const auto records = context_.store.runs();
    if (!records) return records.error();
    const int rounds = schedule_.rounds();
    const auto batch = nextBatch(*records);
    if (batch.empty()) return {};
    context_.observer.onRoundsAdded(batch, rounds);
    runs_.insert(runs_.end(), batch.begin(), batch.end());
    return {};
}

/// The undecided cells that the time budget has not left out.
UndecidedCells PlanRun::undecidedInTime() const
{
    return [this](const std::vector<RunRecord>& records) {
        auto cells = context_.options.undecided(records);
        std::erase_if(cells, [this](const CellKey& cell) {
            return std::ranges::find(leftOut_, cell, &PlannedRun::cell) != leftOut_.end();
        });
        return cells;
    };
}

/// Whether a child will be started for it; else only its record is stored.
bool PlanRun::starts(const PlannedRun& run) const
{
    return !run.refusal && !passes_.refusal(run) && !failures_.skipReason(run.cell);
}

/// From `begin` on, those that will be started.
std::vector<PlannedRun> PlanRun::toStart(std::size_t begin) const
{
    std::vector<PlannedRun> left;
    for (std::size_t i = begin; i < runs_.size(); ++i)
        if (starts(runs_[i])) left.push_back(runs_[i]);
    return left;
}

/// Whether the time budget takes runs away from `position` on: then another run is there, or none.
bool PlanRun::cutToBudget(std::size_t position)
{
    const PlannedRun& run = runs_[position];
    if (!plan_.budget || !starts(run)) return false;
    const bool roundBegins = round_ != run.round;
    const auto cells = budget_.leavesOut(toStart(position), roundBegins, context_.options.clock());
    if (cells.empty()) return false;
    leaveOut(position, {cells.begin(), cells.end()});
    return true;
}

/// Takes the runs of `cells` away, from `begin` on.
void PlanRun::leaveOut(std::size_t begin, const std::set<CellKey>& cells)
{
    std::vector<std::size_t> positions;
    std::vector<PlannedRun> kept;
    for (std::size_t i = begin; i < runs_.size(); ++i) {
        if (!cells.contains(runs_[i].cell)) {
            kept.push_back(std::move(runs_[i]));
            continue;
        }
        positions.push_back(i);
        leftOut_.push_back(std::move(runs_[i]));
    }
    runs_.resize(begin);
    std::ranges::move(kept, std::back_inserter(runs_));
    if (!positions.empty()) context_.observer.onLeftOut(positions);
}

void PlanRun::noteLeftOut()
{
    if (!leftOut_.empty())
        outcome_.leftOut = leftOutOf(leftOut_, schedule_.rounds(), *plan_.budget, budget_);
}

Result<void> PlanRun::prepare()
{
    if (auto valid = plan_.validate(); !valid) return valid;
    freeMemory_ = context_.options.freeMemory.value_or(availableRam());
    if (auto taken = takeDatasets(); !taken) return taken;
    const auto jobs = JobPlans::make(plan_, context_.registry, stop_);
    if (!jobs) return jobs.error();
    schedule_ = RoundSchedule(plan_, expand(plan_, context_.registry.engines(), *jobs),
                              context_.options.undecided ? undecidedInTime() : nullptr);
    const auto earlier = earlierRuns();
    if (!earlier) return earlier.error();
    runs_ = nextBatch(*earlier);
    if (auto fits = checkRoom(); !fits) return fits;
    if (context_.options.continuePlan && !context_.options.rerunFailed)
        for (const auto& record : *earlier)
            if (!record.excluded) failures_.note(record);
    for (const auto& record : *earlier)
        if (record.status == RunStatus::Ok)
            budget_.expect(record.cell, Seconds(record.wallSeconds));
    const auto id = planId();
    if (!id) return id.error();
    planId_ = *id;
    const auto& scratch = context_.options.supervisor.scratchRoot;
    std::error_code ignored; // the supervisor says what is wrong with it
    std::filesystem::create_directories(scratch, ignored);
    environment_ = captureEnvironment(scratch);
    return {};
}

/// What would fail every run that starts is said once, before the first.
Result<void> PlanRun::checkRoom() const
{
    const auto figures = estimate(plan_, runs_, {}, usableCores());
    if (figures.runs == 0) return {};
    return checkScratch(context_.options.supervisor.scratchRoot, figures.scratch, plan_.maxScratch);
}

/// The session's runs, where anything depends on them.
Result<std::vector<RunRecord>> PlanRun::earlierRuns() const
{
    if (!plan_.budget && !context_.options.continuePlan) return std::vector<RunRecord>();
    return context_.store.runs();
}

Result<void> PlanRun::takeDatasets()
{
    for (auto& dataset : plan_.datasets) {
        auto watch = DatasetWatch::take(dataset, context_.store, watching(dataset));
        if (!watch) return watch.error();
        dataset = watch->dataset();
        watches_.push_back(std::move(*watch));
    }
    return {};
}

WatchOptions PlanRun::watching(const Dataset& dataset) const
{
    return {.continued = context_.options.continuePlan,
            .stop = stop_,
            .progress = [this, &dataset](Bytes done, Bytes total) {
                context_.observer.onDatasetProgress(dataset, DatasetStep::Fingerprint, done, total);
            }};
}

/// A plan that is continued keeps its number, also with another budget or when it is now repeated
/// until decided: that makes no other cells.
Result<std::int64_t> PlanRun::planId()
{
    const Json json = toJson(plan_);
    // As this version writes it, so that a field that is new since then makes no difference.
    const auto cellsOnly = [](const std::string& text) {
        auto plan = planFromText(text);
        if (!plan) return text;
        plan->budget.reset();
        plan->untilDecided = false;
        return toLine(toJson(*plan));
    };
    if (context_.options.continuePlan) {
        const auto plans = context_.store.plans();
        if (!plans) return plans.error();
        const std::string wanted = cellsOnly(toLine(json));
        const auto same =
            std::find_if(plans->rbegin(), plans->rend(), [&](const StoredPlan& stored) {
                return cellsOnly(stored.text) == wanted;
            });
        if (same != plans->rend()) {
            if (auto resumed = context_.store.resumePlan(same->id, json); !resumed)
                return resumed.error();
            return same->id;
        }
    }
    return context_.store.addPlan(json);
}

} // namespace spillway
