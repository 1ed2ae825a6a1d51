#include "experiment/plan_run.h"

#include "measure/machine.h"

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

/// The rows of an ETL result, wherever they travelled.
const std::vector<GroupMean>& groupsOf(const EtlResult& etl, const RunTrace& trace)
{
    return trace.groups.empty() ? etl.groups : trace.groups;
}

void fail(RunRecord& record, RunStatus status, Error error)
{
    record.status = status;
    record.error = std::move(error);
}

} // namespace

std::stop_token CurrentRun::begin()
{
    const std::lock_guard lock(mutex_);
    source_ = std::stop_source();
    return source_.get_token();
}

void CurrentRun::stop()
{
    std::stop_source source(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        source = source_;
    }
    source.request_stop();
}

PlanRun::PlanRun(const PlanContext& context, const Plan& plan, std::stop_token stop)
    : context_(context), plan_(plan), stop_(std::move(stop)), references_(context.store)
{
}

Result<PlanOutcome> PlanRun::execute()
{
    if (auto prepared = prepare(); !prepared) return prepared.error();
    context_.observer.onPlan(runs_);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (stop_.stop_requested()) outcome_.cancelled = true;
        if (outcome_.cancelled) return outcome_;
        if (auto ran = runOne(runs_[i], i); !ran) return ran.error();
    }
    if (outcome_.cancelled) return outcome_;
    if (auto finished = context_.store.finishPlan(planId_); !finished) return finished.error();
    return outcome_;
}

Result<void> PlanRun::prepare()
{
    if (auto valid = plan_.validate(); !valid) return valid;
    if (auto taken = takeDatasets(); !taken) return taken;
    runs_ = expand(plan_, context_.registry.engines());
    if (context_.options.continuePlan) {
        const auto done = context_.store.runs();
        if (!done) return done.error();
        runs_ = missingRuns(std::move(runs_), *done);
        for (const auto& record : *done)
            failures_.note(record);
    }
    const auto id = planId();
    if (!id) return id.error();
    planId_ = *id;
    const auto& scratch = context_.options.supervisor.scratchRoot;
    std::error_code ignored; // the supervisor says what is wrong with it
    std::filesystem::create_directories(scratch, ignored);
    environment_ = captureEnvironment(scratch);
    return {};
}

Result<void> PlanRun::takeDatasets()
{
    for (const auto& dataset : plan_.datasets) {
        auto watch = DatasetWatch::take(dataset);
        if (!watch) return watch.error();
        watches_.push_back(std::move(*watch));
        if (auto added = context_.store.addDataset(dataset, manifestFacts(dataset)); !added)
            return added;
    }
    return {};
}

/// A plan that is continued keeps its number.
Result<std::int64_t> PlanRun::planId()
{
    const Json json = toJson(plan_);
    if (context_.options.continuePlan) {
        const auto plans = context_.store.plans();
        if (!plans) return plans.error();
        const auto same =
            std::find_if(plans->rbegin(), plans->rend(),
                         [&](const StoredPlan& stored) { return stored.plan == json; });
        if (same != plans->rend()) return same->id;
    }
    return context_.store.addPlan(json);
}

Result<void> PlanRun::runOne(const PlannedRun& run, std::size_t position)
{
    context_.observer.onRunStarted(run, position);
    auto outcome = outcomeOf(run, position);
    if (!outcome) return outcome.error();
    RunRecord& record = outcome->record;
    complete(run, record);
    const auto id = context_.store.addRun(record, outcome->trace, environment_);
    if (!id) return id.error();
    record.id = *id;
    failures_.note(record);
    count(record);
    context_.observer.onRunEnded(record, position);
    return {};
}

Result<RunOutcome> PlanRun::outcomeOf(const PlannedRun& run, std::size_t position)
{
    if (run.refusal) return unstarted(RunStatus::Unsupported, *run.refusal);
    if (auto reason = failures_.verdict(run.cell))
        return unstarted(RunStatus::Skipped, std::move(*reason));
    DatasetWatch& watch = watches_[run.dataset];
    if (auto same = watch.check(); !same) return unstarted(RunStatus::Failed, same.error());
    RunOutcome outcome = measure(run, position);
    if (outcome.record.status != RunStatus::Ok) return outcome;
    if (auto same = watch.check(); !same) {
        fail(outcome.record, RunStatus::Failed, same.error());
        return outcome;
    }
    if (auto checked = checkResult(run, outcome); !checked) return checked.error();
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

Result<void> PlanRun::checkResult(const PlannedRun& run, RunOutcome& outcome)
{
    RunRecord& record = outcome.record;
    // The supervisor lets no result of another workload pass, and no run is ok without one.
    std::optional<Error> wrong;
    if (const auto* fit = std::get_if<LogregResult>(&*record.result)) {
        if (const auto truth = references_.manifest(plan_.datasets[run.dataset]))
            wrong = disagreement(*fit, std::get<LogregWorkload>(run.workload), *truth);
    } else {
        const auto& etl = std::get<EtlResult>(*record.result);
        const auto expected =
            reference(plan_.datasets[run.dataset], std::get<EtlWorkload>(run.workload));
        if (!expected) return expected.error();
        if (!*expected) {
            addFlag(record, "unchecked");
            return {};
        }
        wrong = disagreement(etl, groupsOf(etl, outcome.trace), **expected);
    }
    if (!wrong) return {};
    wrong->message =
        fmt::format("Finished in {} with a wrong answer: {}. Excluded.",
                    formatDuration(Seconds(record.seconds.value_or(0))), wrong->message);
    fail(record, RunStatus::WrongResult, std::move(*wrong));
    return {};
}

Result<std::optional<ReferenceResult>> PlanRun::reference(const Dataset& dataset,
                                                          const EtlWorkload& workload)
{
    if (auto known = references_.find(dataset, workload)) return known;
    std::pair key(dataset.fingerprint, toLine(toJson(Workload(workload))));
    if (unreferenced_.contains(key)) return std::optional<ReferenceResult>();
    if (auto made = makeReference(dataset, workload); !made) return made.error();
    auto known = references_.find(dataset, workload);
    // A pass that was stopped says nothing about the next one.
    if (!known && !stop_.stop_requested()) unreferenced_.insert(std::move(key));
    return known;
}

Result<void> PlanRun::makeReference(const Dataset& dataset, const EtlWorkload& workload)
{
    const EngineInfo* native = context_.registry.find("chunked");
    if (!native) return {};
    auto commandLine = context_.registry.commandLine(native->manifest);
    if (!commandLine) return {};
    context_.observer.onReference(dataset);
    EtlWorkload streamed = workload;
    streamed.materialise = EtlWorkload::Materialise::Streamed;
    Launch launch{.commandLine = std::move(*commandLine),
                  .roles = native->manifest.roles,
                  .spec = {.runId = fmt::format("{}-reference", planId_),
                           .dataset = dataset,
                           .workload = streamed,
                           .workers = usableCores(),
                           .memoryLimit = {},
                           .memoryFloor = {},
                           .scratch = {},
                           .seed = plan_.seed,
                           .profile = std::string(referenceProfile),
                           .address = {}},
                  .cache = CacheState::AsIs,
                  .timeout = plan_.timeout,
                  .maxScratch = plan_.maxScratch};
    RunObserver silent;
    Supervisor supervisor(context_.options.supervisor);
    auto outcome = supervisor.run(launch, silent, stop_);
    const auto* etl =
        outcome.record.result ? std::get_if<EtlResult>(&*outcome.record.result) : nullptr;
    if (outcome.record.status != RunStatus::Ok || !etl) return {};
    return references_.keep(dataset, workload, *etl, std::move(outcome.trace.groups));
}

Launch PlanRun::launchOf(const PlannedRun& run, std::size_t position,
                         std::vector<std::string> commandLine) const
{
    const EngineManifest& manifest = context_.registry.find(run.cell.engine)->manifest;
    return {.commandLine = std::move(commandLine),
            .roles = manifest.roles,
            .spec = {.runId = fmt::format("{}-{}", planId_, position),
                     .dataset = plan_.datasets[run.dataset],
                     .workload = run.workload,
                     .workers = run.cell.workers,
                     .memoryLimit = run.cell.memoryLimit,
                     .memoryFloor = manifest.memoryFloor,
                     .scratch = {},
                     .seed = plan_.seed,
                     .profile = run.cell.profile,
                     .address = plan_.address},
            .cache = plan_.cache,
            .timeout = plan_.timeout,
            .maxScratch = plan_.maxScratch};
}

void PlanRun::complete(const PlannedRun& run, RunRecord& record) const
{
    record.planId = planId_;
    record.repeat = run.repeat;
    record.warmup = run.warmup;
    record.round = run.round;
    record.cell = run.cell;
    record.machine = environment_.machine();
    record.datasetName = plan_.datasets[run.dataset].name;
    record.workload = run.workload;
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
