#include "app/plan_on_terminal.h"

#include "analysis/ranking.h"
#include "analysis/recommendation.h"
#include "analysis/short_table.h"
#include "app/run_printer.h"
#include "app/terminal.h"
#include "base/escape.h"
#include "base/files.h"
#include "base/json.h"
#include "measure/machine.h"
#include "work/engine_facts.h"
#include "work/message_bus.h"
#include "work/sleep_inhibitor.h"
#include "work/text.h"
#include "work/undecided.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace spillway {
namespace {

/// The default limit does not depend on free memory: see defaultMemoryLimit().
void warnOfScarceMemory(const Plan& plan)
{
    const Bytes free = availableRam();
    if (plan.address || !plan.memoryLimit || *plan.memoryLimit <= free) return;
    toStderr("Note: runs may use {} (--memory-limit), but only {} are free now: close other "
             "programs or lower the limit.\n",
             formatBytes(*plan.memoryLimit), formatBytes(free));
}

/// What the time budget left out, and how to run it.
void sayLeftOut(const PlanOutcome& outcome, const SessionStore& store, bool json)
{
    if (!outcome.leftOut) return;
    if (json)
        toStdout("{}\n", terminalJson({{"schema", 1}, {"left_out", toJson(*outcome.leftOut)}}));
    toStderr("Time budget: {}. To run them: {} run --session {} --continue\n",
             describe(*outcome.leftOut), programName(), shellWord(store.path().string()));
}

int exitCode(const PlanOutcome& outcome, bool ignoreFailure)
{
    if (outcome.cancelled) return ExitCancelled;
    if (outcome.unreadable > 0) return ExitDataUnreadable;
    return outcome.failed > 0 && !ignoreFailure ? ExitRunFailed : ExitOk;
}

} // namespace

int printTables(const SessionStore& store, const EngineRegistry& registry)
{
    const auto records = store.runs();
    if (!records) return fail(records.error());
    auto comparisons =
        compare(*records, usableCores(), {.engines = catalogueOf(registry.engines())});
    for (auto& comparison : comparisons) {
        comparison.ram = totalRam();
        if (comparisons.size() > 1)
            toStdout("{}\n", utf8(text(fmt::format("{} on {}", nameOf(comparison.workload),
                                                   comparison.datasetName))));
        toStdout("{}\n{}\n", Lines{toText(shortTable(fastestFirst(comparison)), terminalWidth())},
                 verdict(comparison, {}));
        const auto& what = typeOf(comparison.workload).comparedTime;
        toStdout("{}\n", what.empty() ? what : fmt::format("Times are those of {}.\n", what));
    }
    return ExitOk;
}

std::filesystem::path scratchRootOf(const Plan& plan)
{
    return plan.scratch.empty() ? cacheDirectory() / "scratch"
                                : std::filesystem::path(plan.scratch);
}

int runOnTerminal(const Plan& plan, const EngineRegistry& registry, SessionStore& store,
                  const TerminalRun& how, std::stop_token stop)
{
    RunnerOptions options;
    options.supervisor.guardProgram = registry.locations().worker;
    options.supervisor.scratchRoot = scratchRootOf(plan);
    options.continuePlan = how.continuePlan;
    options.rerunFailed = how.rerunFailed;
    options.began = how.began;
    options.undecided = undecidedBy(catalogueOf(registry.engines()), usableCores());
    warnOfScarceMemory(plan);
    const auto awake = inhibitSleep(connectInTime([] {
                                        return QDBusConnection::connectToBus(
                                            QDBusConnection::SystemBus, QStringLiteral("run"));
                                    }),
                                    QStringLiteral("A plan is being measured"));
    Runner runner(registry, store, options);
    RunPrinter printer(how.json);
    const auto outcome = runner.run(plan, printer, std::move(stop));
    printer.finish();
    if (!outcome) return fail(outcome.error());
    sayLeftOut(*outcome, store, how.json);
    if (!how.json)
        if (const int code = printTables(store, registry); code != ExitOk) return code;
    return exitCode(*outcome, how.ignoreFailure);
}

} // namespace spillway
