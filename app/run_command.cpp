#include "analysis/table.h"
#include "app/commands.h"
#include "app/plan_on_terminal.h"
#include "app/run_arguments.h"
#include "app/terminal.h"
#include "base/json.h"
#include "experiment/estimate.h"
#include "experiment/plan_check.h"
#include "experiment/presets.h"
#include "measure/machine.h"
#include "work/text.h"

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

/// What `--continue` continues when nothing else is given.
Result<Plan> sessionsPlan(const RunArguments& arguments)
{
    if (arguments.session.empty())
        return invalidArgument("There is no plan to continue.",
                               "Name the session with --session, or give --data.");
    const auto store = SessionStore::openReadOnly(arguments.session);
    if (!store) return store.error();
    auto plan = planOfSession(arguments, *store);
    if (!plan) return plan;
    if (auto valid = plan->validate(); !valid) return valid.error();
    for (const auto& dataset : plan->datasets)
        toStderr("Continuing the last plan of {}: {}\n", arguments.session, dataset.name);
    return plan;
}

/// Where no limit was asked for, see lastLimit().
Result<void> keepLimit(const RunArguments& arguments, const SessionStore& store, Plan& plan)
{
    if (!arguments.memoryLimits.empty() || !arguments.planFile.empty() ||
        continuesSession(arguments) || !plan.furtherLimits.empty() || limitsFollowData(plan.preset))
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

/// Limits are a column if cells differ by them.
Table plannedTable(const Plan& plan, const std::vector<PlannedRun>& runs)
{
    const bool severalLimits = !plan.address && limitsOf(plan).size() > 1;
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
    if (severalLimits) table.columns.insert(table.columns.end() - 2, {"limit", "limit"});
    for (const auto& run : runs) {
        auto& row = table.rows.emplace_back();
        row = {std::int64_t(run.round),
               plan.datasets[run.dataset].name,
               run.workload.kind,
               run.cell.engine,
               run.cell.profile,
               std::int64_t(run.cell.workers),
               std::int64_t(run.repeat),
               run.refusal  ? describe(*run.refusal)
               : run.warmup ? std::string("warm-up")
                            : std::string()};
        if (severalLimits)
            row.insert(row.end() - 2,
                       run.cell.memoryLimit ? formatBytes(*run.cell.memoryLimit) : "none");
    }
    return table;
}

int dryRun(Plan plan, const EngineRegistry& registry, bool json, std::stop_token stop)
{
    const auto jobs = JobPlans::make(plan, registry, std::move(stop));
    if (!jobs) return fail(jobs.error());
    const auto runs = expand(plan, registry.engines(), *jobs);
    const auto cost = estimate(plan, runs, {}, usableCores());
    if (json) {
        toStdout(
            "{}\n",
            terminalJson({{"plan", toJson(plan)}, {"runs", cost.runs}, {"refused", cost.refused}}));
        return ExitOk;
    }
    toStdout("{}", Lines{toText(plannedTable(plan, runs), terminalWidth())});
    for (const auto& warning : cost.warnings)
        toStderr("Note: {}\n", warning);
    if (cost.runs > 0)
        if (const auto fits = checkScratch(scratchRootOf(plan), cost.scratch, plan.maxScratch);
            !fits)
            toStderr("Would not start: {}\n", describe(fits.error()));
    toStdout("{}; {}.\n", utf8(runsText(cost.runs)),
             plan.budget ? "at most " + formatDuration(*plan.budget) + ", as many rounds as fit"
                         : "time unknown before a first run");
    return ExitOk;
}

int runPlan(const RunArguments& arguments)
{
    const Seconds began = monotonicNow(); // making a preset's data is in a plan's budget
    // Before any other thread exists, so that all of them leave the signals to it.
    const StopOnSignal interrupt;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    auto plan = continuesSession(arguments)
                    ? sessionsPlan(arguments)
                    : planFromArguments(arguments, registry, interrupt.token());
    if (!plan) return fail(plan.error());
    if (arguments.dryRun)
        return dryRun(std::move(*plan), registry, arguments.json, interrupt.token());
    auto store = openSession(arguments);
    if (!store) return fail(store.error());
    if (auto kept = keepLimit(arguments, *store, *plan); !kept) return fail(kept.error());

    return runOnTerminal(*plan, registry, *store,
                         {.json = arguments.json,
                          .continuePlan = arguments.continuePlan,
                          .rerunFailed = arguments.rerunFailed,
                          .ignoreFailure = arguments.ignoreFailure,
                          .began = began},
                         interrupt.token());
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
