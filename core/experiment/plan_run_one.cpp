#include "base/json.h"
#include "experiment/plan_run.h"
#include "workloads/result_checker.h"
#include "workloads/workload_type.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

/// One run of a plan, from its start to its record.
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

void addFlag(RunRecord& record, std::string_view flag)
{
    if (std::ranges::find(record.flags, flag) == record.flags.end())
        record.flags.emplace_back(flag);
}

void fail(RunRecord& record, RunStatus status, Error error)
{
    record.status = status;
    record.error = std::move(error);
}

/// For a run whose data could not be checked.
RunStatus statusOf(const Error& error)
{
    return error.code == ErrorCode::Cancelled ? RunStatus::Cancelled : RunStatus::Failed;
}

} // namespace

Result<void> PlanRun::runOne(const PlannedRun& run, std::size_t position)
{
    const bool started = starts(run);
    if (started) round_ = run.round;
    const Seconds began = context_.options.clock();
    context_.observer.onRunStarted(run, position);
    auto outcome = outcomeOf(run, position);
    RunRecord& record = outcome.record;
    complete(run, record);
    const bool stoppedByBudget = takeStoppedByBudget(run, position, record);
    const auto id = context_.store.addRun(record, outcome.trace, environment_);
    if (!id) return id.error();
    record.id = *id;
    failures_.note(record);
    if (!stoppedByBudget) count(record);
    context_.observer.onRunEnded(record, position);
    if (started && record.status != RunStatus::Cancelled)
        budget_.note(run.cell, context_.options.clock() - began);
    return {};
}

/// A run that ended by its time-out because the plan's budget had shortened it was not given its
/// time: it has not failed, and it and all further ones of its cell count as left out.
bool PlanRun::takeStoppedByBudget(const PlannedRun& run, std::size_t position, RunRecord& record)
{
    if (!plan_.budget || record.status != RunStatus::TimedOut ||
        record.wallSeconds >= plan_.timeout.count())
        return false;
    fail(record, RunStatus::Cancelled,
         makeError(ErrorCode::Cancelled,
                   fmt::format("Stopped by Spillway after {}: the plan's time budget of {} has no "
                               "more for it.",
                               formatDuration(Seconds(record.wallSeconds)),
                               formatDuration(*plan_.budget)),
                   "Give the plan more time."));
    leftOut_.push_back(run);
    leaveOut(position + 1, {run.cell});
    return true;
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
    std::optional<Reference> passed;
    const std::optional<Reference>& reference =
        asked ? oracles_.reference(run, token) : (passed = passes_.reference(run));
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
        addFlag(record, flag);
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
            .timeout = timeoutAt(position),
            .maxScratch = plan_.maxScratch};
}

/// The plan's, or what its time budget leaves for the run.
Seconds PlanRun::timeoutAt(std::size_t position) const
{
    if (!plan_.budget) return plan_.timeout;
    const auto left = budget_.longest(toStart(position), context_.options.clock());
    return std::min(plan_.timeout, left.value_or(plan_.timeout));
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
    if (const EngineInfo* engine = context_.registry.find(run.cell.engine)) {
        if (record.engineVersion.empty()) record.engineVersion = engine->version;
        record.installation = engine->installation;
    }
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
