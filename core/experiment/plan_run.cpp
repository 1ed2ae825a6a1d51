#include "experiment/plan_run.h"

#include "base/json.h"
#include "experiment/estimate.h"
#include "experiment/plan_check.h"
#include "measure/machine.h"
#include "workloads/result_checker.h"
#include "workloads/workload_type.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace spillway {
namespace {

std::string utcNow()
{
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(
                                                    std::chrono::system_clock::now())));
}

/// A run that never started.
RunOutcome unstarted(RunStatus status, Error error)
{
    RunOutcome outcome;
    outcome.record.status = status;
    outcome.record.error = std::move(error);
    outcome.record.startedAt = utcNow();
    return outcome;
}

void addFlag(RunRecord& record, const char* flag)
{
    if (std::ranges::find(record.flags, flag) == record.flags.end())
        record.flags.emplace_back(flag);
}

void fail(RunRecord& record, RunStatus status, Error error)
{
    record.status = status;
    record.error = std::move(error);
}

std::optional<Seconds> endOf(const Plan& plan, const RunnerOptions& options)
{
    if (!plan.budget) return std::nullopt;
    return options.began.value_or(options.clock()) + *plan.budget;
}

/// For a run whose data could not be checked.
RunStatus statusOf(const Error& error)
{
    return error.code == ErrorCode::Cancelled ? RunStatus::Cancelled : RunStatus::Failed;
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
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (stop_.stop_requested()) outcome_.cancelled = true;
        if (outcome_.cancelled) return outcome_;
        if (!hasTimeFor(i)) {
            outcome_.leftOut =
                leftOutOf(toStart(i, {}), schedule_.rounds(), *plan_.budget, budget_);
            break;
        }
        if (auto ran = runOne(runs_[i], i); !ran) return ran.error();
        if (i + 1 < runs_.size() || outcome_.cancelled) continue;
        if (auto added = addRounds(); !added) return added.error();
    }
    if (outcome_.cancelled) return outcome_;
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

/// Whether a child will be started for it; else only its record is stored.
bool PlanRun::starts(const PlannedRun& run) const
{
    return !run.refusal && !passes_.refusal(run) && !failures_.skipReason(run.cell);
}

/// From `begin` on, those that will be started; of one round only where it is given.
std::vector<PlannedRun> PlanRun::toStart(std::size_t begin, std::optional<int> round) const
{
    std::vector<PlannedRun> left;
    for (std::size_t i = begin; i < runs_.size(); ++i)
        if ((!round || runs_[i].round == *round) && starts(runs_[i])) left.push_back(runs_[i]);
    return left;
}

bool PlanRun::hasTimeFor(std::size_t position) const
{
    const PlannedRun& run = runs_[position];
    if (!plan_.budget || !starts(run)) return true;
    const Seconds now = context_.options.clock();
    const bool roundBegins = round_ && *round_ != run.round;
    return roundBegins ? budget_.hasRoomFor(toStart(position, run.round), now)
                       : budget_.hasRoomFor(run, now);
}

Result<void> PlanRun::prepare()
{
    if (auto valid = plan_.validate(); !valid) return valid;
    freeMemory_ = context_.options.freeMemory.value_or(availableRam());
    if (auto taken = takeDatasets(); !taken) return taken;
    const auto jobs = JobPlans::make(plan_, context_.registry, stop_);
    if (!jobs) return jobs.error();
    schedule_ = RoundSchedule(plan_, expand(plan_, context_.registry.engines(), *jobs),
                              context_.options.undecided);
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
    const auto withoutBudget = [](const std::string& text) {
        auto plan = planFromText(text);
        if (!plan) return text;
        plan->budget.reset();
        plan->untilDecided = false;
        return toLine(toJson(*plan));
    };
    if (context_.options.continuePlan) {
        const auto plans = context_.store.plans();
        if (!plans) return plans.error();
        const std::string wanted = withoutBudget(toLine(json));
        const auto same =
            std::find_if(plans->rbegin(), plans->rend(), [&](const StoredPlan& stored) {
                return withoutBudget(stored.text) == wanted;
            });
        if (same != plans->rend()) {
            if (auto resumed = context_.store.resumePlan(same->id, json); !resumed)
                return resumed.error();
            return same->id;
        }
    }
    return context_.store.addPlan(json);
}

Result<void> PlanRun::runOne(const PlannedRun& run, std::size_t position)
{
    const bool started = starts(run);
    if (started) round_ = run.round;
    const Seconds began = context_.options.clock();
    context_.observer.onRunStarted(run, position);
    auto outcome = outcomeOf(run, position);
    RunRecord& record = outcome.record;
    complete(run, record);
    const auto id = context_.store.addRun(record, outcome.trace, environment_);
    if (!id) return id.error();
    record.id = *id;
    failures_.note(record);
    count(record);
    context_.observer.onRunEnded(record, position);
    if (started && record.status != RunStatus::Cancelled)
        budget_.note(run.cell, context_.options.clock() - began);
    return {};
}

RunOutcome PlanRun::outcomeOf(const PlannedRun& run, std::size_t position)
{
    if (run.refusal) return unstarted(RunStatus::Unsupported, *run.refusal);
    if (auto unreadable = passes_.refusal(run)) {
        ++outcome_.unreadable;
        return unstarted(RunStatus::Failed, std::move(*unreadable));
    }
    if (auto reason = failures_.skipReason(run.cell))
        return unstarted(RunStatus::Skipped, std::move(*reason));
    DatasetWatch& watch = watches_[run.dataset];
    const auto watching = this->watching(plan_.datasets[run.dataset]);
    if (auto same = watch.check(watching); !same)
        return unstarted(statusOf(same.error()), same.error());
    RunOutcome outcome = measure(run, position);
    if (outcome.record.status != RunStatus::Ok) return outcome;
    if (auto same = watch.check(watching); !same) {
        fail(outcome.record, statusOf(same.error()), same.error());
        return outcome;
    }
    checkResult(run, outcome);
    return outcome;
}

RunOutcome PlanRun::measure(const PlannedRun& run, std::size_t position)
{
    const EngineInfo* engine = context_.registry.find(run.cell.engine);
    auto commandLine = context_.registry.commandLine(engine->manifest);
    if (!commandLine) return unstarted(RunStatus::Unsupported, commandLine.error());
    const auto token = context_.current.begin();
    const std::stop_callback chain(stop_, [this] { context_.current.stop(); });
    Supervisor supervisor(context_.options.supervisor);
    RunOutcome outcome =
        supervisor.run(launchOf(run, position, std::move(*commandLine)), context_.observer, token);
    outcome.record.cell = run.cell;
    return outcome;
}

void PlanRun::checkResult(const PlannedRun& run, RunOutcome& outcome)
{
    RunRecord& record = outcome.record;
    const ResultChecker* checker = typeOf(run.workload).checker;
    if (!checker) return addFlag(record, "unchecked");
    const auto token = context_.current.begin();
    const std::stop_callback chain(stop_, [this] { context_.current.stop(); });
    const bool asked = checker->oracle().has_value();
    const auto reference = asked ? oracles_.reference(run, token) : passes_.reference(run);
    const auto manifest = passes_.manifest(run);
    const NativeWork native = [&](const Workload& workload, std::string_view job) {
        return passes_.work(run, workload, job, token);
    };
    // The supervisor lets no result of another workload pass, and no run is ok without one.
    const bool apart = record.result->rowsAreApart();
    auto checked = checker->check({.workload = run.workload,
                                   .result = *record.result,
                                   .table = apart ? outcome.trace.table : record.result->table,
                                   .reference = reference,
                                   .manifest = manifest,
                                   .native = native,
                                   .seed = plan_.seed});
    for (const auto& flag : checked.flags)
        addFlag(record, flag.c_str());
    if (token.stop_requested())
        return fail(record, RunStatus::Cancelled,
                    makeError(ErrorCode::Cancelled, "Cancelled while its result was checked."));
    if (asked && !reference) oracles_.offer(run, outcome);
    if (!checked.wrong) return;
    checked.wrong->message =
        fmt::format("Finished in {} with a wrong answer: {}. Excluded.",
                    formatDuration(Seconds(record.seconds.value_or(0))), checked.wrong->message);
    fail(record, RunStatus::WrongResult, std::move(*checked.wrong));
}

Launch PlanRun::launchOf(const PlannedRun& run, std::size_t position,
                         std::vector<std::string> commandLine) const
{
    const EngineManifest& manifest = context_.registry.find(run.cell.engine)->manifest;
    return {.commandLine = std::move(commandLine),
            .roles = manifest.roles,
            .protocol = manifest.protocol,
            .spec = {.runId = fmt::format("{}-{}", planId_, position),
                     .dataset = plan_.datasets[run.dataset],
                     .workload = run.workload,
                     .workers = run.cell.workers,
                     .memoryLimit = run.cell.memoryLimit,
                     .memoryFloor = manifest.memoryFloor,
                     .scratch = {},
                     .seed = plan_.seed,
                     .profile = run.cell.profile,
                     .address = plan_.address,
                     .job = run.program.empty() ? std::string()
                                                : toLine(Json{{"program", run.program}})},
            .cache = run.cell.cache,
            .cacheRoom = cacheRoom(run.cell.memoryLimit),
            .otherFiles = filesInTheWay(run),
            .timeout = plan_.timeout,
            .maxScratch = plan_.maxScratch};
}

/// A run's allocations displace cached files: files that do not fit beside them would be partly
/// resident, and a different part for each run. So would files that just fit: with 3.50 GB in 3.57
/// GB, runs lost up to 40 % of the cached data on the way, to short-lived programs. A limit close
/// to the total memory is rarely used up, so a tenth always counts as available for files.
Bytes PlanRun::cacheRoom(std::optional<Bytes> limit) const
{
    const Bytes beside = freeMemory_ - limit.value_or(0);
    return std::max(beside - beside / 10, freeMemory_ / 10);
}

/// The files of the plan's other datasets, when not all of them fit into the cache together.
std::vector<std::filesystem::path> PlanRun::filesInTheWay(const PlannedRun& run) const
{
    Bytes all = 0;
    std::vector<std::filesystem::path> others;
    for (std::size_t i = 0; i < plan_.datasets.size(); ++i) {
        all += plan_.datasets[i].bytes;
        if (i == run.dataset) continue;
        for (const auto& path : plan_.datasets[i].paths)
            if (std::ranges::find(plan_.datasets[run.dataset].paths, path) ==
                plan_.datasets[run.dataset].paths.end())
                others.push_back(path);
    }
    return all > cacheRoom(run.cell.memoryLimit) ? others : std::vector<std::filesystem::path>();
}

void PlanRun::complete(const PlannedRun& run, RunRecord& record) const
{
    record.planId = planId_;
    record.repeat = run.repeat;
    record.warmup = run.warmup;
    record.round = run.round;
    record.cell = run.cell;
    record.dataHash = watches_[run.dataset].fullFingerprint();
    record.machine = environment_.machine();
    record.datasetName = plan_.datasets[run.dataset].name;
    record.workload = run.workload;
    record.timeout = plan_.timeout;
    if (plan_.untilDecided) addFlag(record, "until-decided"); // decision_looks.h
    if (record.engineVersion.empty())
        if (const EngineInfo* engine = context_.registry.find(run.cell.engine))
            record.engineVersion = engine->version;
}

void PlanRun::count(const RunRecord& record)
{
    switch (record.status) {
    case RunStatus::Ok:
        ++outcome_.ok;
        break;
    case RunStatus::Unsupported:
        ++outcome_.unsupported;
        break;
    case RunStatus::Skipped:
        ++outcome_.skipped;
        break;
    case RunStatus::Cancelled:
        // Stopped with the plan: the plan was cancelled. Stopped alone: this run did not succeed.
        if (stop_.stop_requested()) {
            outcome_.cancelled = true;
        } else {
            ++outcome_.failed;
        }
        break;
    default:
        ++outcome_.failed;
    }
}

} // namespace spillway
