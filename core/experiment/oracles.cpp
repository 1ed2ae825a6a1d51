#include "experiment/oracles.h"

#include "base/json.h"
#include "measure/machine.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <utility>

namespace spillway {
namespace {

/// It is no run: it has no time-out, but can be stopped.
constexpr Seconds oracleTimeout(24.0 * 3600);
/// What it may take of the memory that is free: beyond it, it spills.
constexpr Bytes oracleMemoryShare = 2;

} // namespace

Oracles::Oracles(const PlanContext& context, const Plan& plan) : context_(context), plan_(plan) {}

std::string Oracles::keyOf(const PlannedRun& run) const
{
    return fmt::format("{}\n{}", originOf(plan_.datasets[run.dataset]), run.cell.workload);
}

std::optional<Reference> Oracles::ask(const PlannedRun& run, std::stop_token stop)
{
    const ResultChecker* checker = typeOf(run.workload).checker;
    const auto choice = checker ? checker->oracle() : std::nullopt;
    if (!choice) return std::nullopt;
    const Dataset& dataset = plan_.datasets[run.dataset];
    const EngineInfo* engine = context_.registry.find(choice->engine);
    if (!engine || engine->state != EngineState::Ready) return std::nullopt;
    auto program = context_.registry.commandLine(engine->manifest);
    if (!program) return std::nullopt;
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
                                 .profile = choice->profile},
                        .cache = CacheState::AsIs,
                        .timeout = oracleTimeout,
                        .maxScratch = plan_.maxScratch};
    RunObserver nobody;
    Supervisor supervisor(context_.options.supervisor);
    const RunOutcome outcome = supervisor.run(launch, nobody, std::move(stop));
    if (outcome.record.status == RunStatus::Ok)
        return Reference{engine->manifest.title, wholeResult(outcome)};
    if (outcome.record.error && outcome.record.status != RunStatus::Cancelled)
        context_.observer.onOracleFailed(dataset, engine->manifest.title, *outcome.record.error);
    return std::nullopt;
}

const std::optional<Reference>& Oracles::reference(const PlannedRun& run, std::stop_token stop)
{
    static const std::optional<Reference> nothing;
    const auto key = keyOf(run);
    const auto known = references_.find(key);
    if (known != references_.end()) return known->second;
    auto answer = ask(run, stop);
    // What was interrupted is asked again.
    if (stop.stop_requested()) return nothing;
    return references_[key] = std::move(answer);
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
