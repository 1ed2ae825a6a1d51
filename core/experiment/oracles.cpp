#include "experiment/oracles.h"

#include "base/json.h"
#include "measure/machine.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

namespace spillway {
namespace {

/// It is no run: it has no time-out, but can be stopped.
constexpr Seconds oracleTimeout(24.0 * 3600);
/// What it may take of the memory that is free: beyond it, it spills.
constexpr Bytes oracleMemoryShare = 2;

} // namespace

Oracles::Oracles(const PlanContext& context, const Plan& plan, std::stop_token stop)
    : context_(context), plan_(plan), stop_(std::move(stop))
{
}

std::string Oracles::keyOf(const PlannedRun& run) const
{
    return fmt::format("{}\n{}", plan_.datasets[run.dataset].fingerprint, run.cell.workload);
}

void Oracles::make(const std::vector<PlannedRun>& runs)
{
    for (const auto& run : runs) {
        const ResultChecker* checker = typeOf(run.workload).checker;
        const auto choice = checker ? checker->oracle() : std::nullopt;
        if (!choice || run.refusal || stop_.stop_requested()) continue;
        if (references_.try_emplace(keyOf(run)).second) ask(run, *choice);
    }
}

void Oracles::ask(const PlannedRun& run, const OracleChoice& choice)
{
    const Dataset& dataset = plan_.datasets[run.dataset];
    const EngineInfo* engine = context_.registry.find(choice.engine);
    if (!engine || engine->state != EngineState::Ready) return;
    auto program = context_.registry.commandLine(engine->manifest);
    if (!program) return;
    context_.observer.onReference(dataset);
    const Launch launch{.commandLine = std::move(*program),
                        .roles = engine->manifest.roles,
                        .protocol = engine->manifest.protocol,
                        .spec = {.runId = "oracle",
                                 .dataset = dataset,
                                 .workload = run.workload,
                                 .workers = usableCores(),
                                 .memoryLimit = availableRam() / oracleMemoryShare,
                                 .memoryFloor = engine->manifest.memoryFloor,
                                 .scratch = {},
                                 .seed = plan_.seed,
                                 .profile = choice.profile},
                        .cache = CacheState::AsIs,
                        .timeout = oracleTimeout,
                        .maxScratch = plan_.maxScratch};
    RunObserver nobody;
    Supervisor supervisor(context_.options.supervisor);
    const RunOutcome outcome = supervisor.run(launch, nobody, stop_);
    if (outcome.record.status == RunStatus::Ok) {
        references_[keyOf(run)] = Reference{engine->manifest.title, wholeResult(outcome)};
    } else if (outcome.record.error && outcome.record.status != RunStatus::Cancelled) {
        context_.observer.onDatasetUnchecked(dataset, *outcome.record.error);
    }
}

std::optional<Reference> Oracles::reference(const PlannedRun& run) const
{
    const auto found = references_.find(keyOf(run));
    return found == references_.end() ? std::nullopt : found->second;
}

void Oracles::offer(const PlannedRun& run, const RunOutcome& outcome)
{
    const auto found = references_.find(keyOf(run));
    if (found == references_.end() || found->second || !outcome.record.result) return;
    found->second = Reference{run.engineTitle.empty() ? run.cell.engine : run.engineTitle,
                              wholeResult(outcome)};
}

RunResult wholeResult(const RunOutcome& outcome)
{
    RunResult result = *outcome.record.result;
    if (result.rowsAreApart()) result.table = outcome.trace.table;
    return result;
}

} // namespace spillway
