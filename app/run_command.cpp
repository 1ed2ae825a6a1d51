#include "analysis/recommendation.h"
#include "analysis/short_table.h"
#include "app/commands.h"
#include "app/run_arguments.h"
#include "app/run_printer.h"
#include "app/terminal.h"
#include "base/files.h"
#include "experiment/estimate.h"
#include "experiment/runner.h"
#include "measure/machine.h"
#include "ui/work/message_bus.h"
#include "ui/work/sleep_inhibitor.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace spillway {
namespace {

namespace fs = std::filesystem;

Result<SessionStore> openSession(const RunArguments& arguments)
{
    if (arguments.session.empty()) {
        auto store = createSessionIn(sessionDirectory());
        if (store) toStderr("Session: {}\n", store->path().string());
        return store;
    }
    std::error_code failed; // then open() says what is wrong with the path
    const auto status = fs::status(arguments.session, failed);
    return status.type() == fs::file_type::not_found ? SessionStore::create(arguments.session)
                                                     : SessionStore::open(arguments.session);
}

/// What `--continue` goes on with when nothing else says it.
Result<Plan> sessionsPlan(const RunArguments& arguments)
{
    if (arguments.session.empty())
        return Error{.code = ErrorCode::InvalidArgument,
                     .message = "There is nothing to go on with.",
                     .phase = {},
                     .remedy = "Name the session with --session, or give --data."};
    const auto store = SessionStore::openReadOnly(arguments.session);
    if (!store) return store.error();
    auto plan = planOfSession(arguments, *store);
    if (!plan) return plan;
    if (auto valid = plan->validate(); !valid) return valid.error();
    for (const auto& dataset : plan->datasets)
        toStderr("Going on with the last plan of {}: {}\n", arguments.session, dataset.name);
    return plan;
}

/// Where no limit was asked for, see lastLimit().
Result<void> keepLimit(const RunArguments& arguments, const SessionStore& store, Plan& plan)
{
    if (!arguments.memoryLimits.empty() || !arguments.planFile.empty() ||
        continuesSession(arguments) || !plan.furtherLimits.empty())
        return {};
    const auto plans = store.plans();
    if (!plans) return plans.error();
    const auto limit = lastLimit(*plans);
    if (!limit) return {};
    plan.memoryLimit = *limit;
    toStderr("Memory limit: {}, as in the session's last plan\n",
             plan.memoryLimit ? formatBytes(*plan.memoryLimit) : "none");
    return {};
}

/// The default limit does not follow what is free: see defaultMemoryLimit().
void warnOfScarceMemory(const Plan& plan)
{
    const Bytes free = availableRam();
    if (plan.address || !plan.memoryLimit || *plan.memoryLimit <= free) return;
    toStderr("Note: runs may take {} (--memory-limit) and {} are free now: close other programs or "
             "give a lower limit.\n",
             formatBytes(*plan.memoryLimit), formatBytes(free));
}

int dryRun(const Plan& plan, const EngineRegistry& registry, bool json)
{
    const auto runs = expand(plan, registry.engines());
    const auto cost = estimate(plan, runs, {}, usableCores());
    Table table{"Planned runs",
                {{"round", "round"},
                 {"dataset", "dataset"},
                 {"workload", "workload"},
                 {"engine", "engine"},
                 {"profile", "profile"},
                 {"workers", "workers"},
                 {"repeat", "repeat"},
                 {"note", ""}},
                {}};
    for (const auto& run : runs)
        table.rows.push_back({std::int64_t(run.round), plan.datasets[run.dataset].name,
                              std::string(kindName(run.workload)), run.cell.engine,
                              run.cell.profile, std::int64_t(run.cell.workers),
                              std::int64_t(run.repeat),
                              run.refusal  ? describe(*run.refusal)
                              : run.warmup ? std::string("warm-up")
                                           : std::string()});
    if (json) {
        toStdout(
            "{}\n",
            terminalJson({{"plan", toJson(plan)}, {"runs", cost.runs}, {"refused", cost.refused}}));
        return ExitOk;
    }
    toStdout("{}", Lines{toText(table, terminalWidth())});
    for (const auto& warning : cost.warnings)
        toStderr("Note: {}\n", warning);
    toStdout("{} runs; {}.\n", cost.runs,
             cost.duration ? "about " + formatDuration(*cost.duration)
                           : "time unknown before a first run");
    return ExitOk;
}

int finalTables(const SessionStore& store, const EngineRegistry& registry,
                std::optional<Bytes> memoryLimit)
{
    const auto records = store.runs();
    if (!records) return fail(records.error());
    std::map<std::string, bool> deployable;
    for (const auto& engine : registry.engines())
        deployable[engine.manifest.id] = engine.manifest.deployable;
    for (auto& comparison : compare(*records, usableCores())) {
        comparison.ram = totalRam();
        toStdout("{}\n{}\n\n", Lines{toText(shortTable(comparison), terminalWidth())},
                 verdict(comparison, deployable, memoryLimit));
    }
    return ExitOk;
}

int exitCode(const PlanOutcome& outcome, bool ignoreFailure)
{
    if (outcome.cancelled) return ExitCancelled;
    if (outcome.unreadable > 0) return ExitDataUnreadable;
    return outcome.failed > 0 && !ignoreFailure ? ExitRunFailed : ExitOk;
}

int runPlan(const RunArguments& arguments)
{
    // Before any other thread exists, so that all of them leave the signals to it.
    const StopOnSignal interrupt;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    auto plan = continuesSession(arguments)
                    ? sessionsPlan(arguments)
                    : planFromArguments(arguments, registry, interrupt.token());
    if (!plan) return fail(plan.error());
    if (arguments.dryRun) return dryRun(*plan, registry, arguments.json);
    auto store = openSession(arguments);
    if (!store) return fail(store.error());
    if (auto kept = keepLimit(arguments, *store, *plan); !kept) return fail(kept.error());

    RunnerOptions options;
    options.supervisor.guardProgram = registry.locations().worker;
    options.supervisor.scratchRoot =
        plan->scratch.empty() ? cacheDirectory() / "scratch" : fs::path(plan->scratch);
    options.continuePlan = arguments.continuePlan;
    warnOfScarceMemory(*plan);
    const auto awake = inhibitSleep(connectInTime([] {
                                        return QDBusConnection::connectToBus(
                                            QDBusConnection::SystemBus, QStringLiteral("run"));
                                    }),
                                    QStringLiteral("A plan is being measured"));
    Runner runner(registry, *store, options);
    RunPrinter printer(arguments.json);
    const auto outcome = runner.run(*plan, printer, interrupt.token());
    printer.finish();
    if (!outcome) return fail(outcome.error());
    if (!arguments.json)
        if (const int code = finalTables(*store, registry, plan->memoryLimit); code != ExitOk)
            return code;
    return exitCode(*outcome, arguments.ignoreFailure);
}

} // namespace

void addRunCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<RunArguments>();
    auto* command =
        app.add_subcommand("run", "Run a plan: datasets × engines × worker counts × repeats");
    defineRunOptions(*command, *arguments);
    command->footer(
        "Examples:\n"
        "  spillway run --data data.csv --workload etl --engine chunked --workers 1,2,4\n"
        "  spillway run --data mine.csv --workload logreg --label species --engine chunked "
        "--workers 2 --param solver=sgd\n"
        "  spillway run --preset quick\n"
        "  spillway run plan.json --session study.spillway --continue\n"
        "  spillway run --session study.spillway --continue");
    command->callback([=, &chosen] {
        for (const CLI::Option* option : command->get_options())
            if (option->count() > 0) arguments->given.push_back(option->get_name());
        chosen = [arguments] { return runPlan(*arguments); };
    });
}

} // namespace spillway
