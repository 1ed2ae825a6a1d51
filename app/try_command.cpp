#include "app/commands.h"
#include "app/engine_install.h"
#include "app/export_on_terminal.h"
#include "app/plan_on_terminal.h"
#include "app/preset_data.h"
#include "app/terminal.h"
#include "base/escape.h"
#include "base/files.h"
#include "data/open_dataset.h"
#include "experiment/presets.h"
#include "host/setup_need.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <filesystem>
#include <memory>

namespace spillway {
namespace {

namespace fs = std::filesystem;

struct TryArguments {
    bool noEngines = false;
    bool again = false;
};

fs::path sessionFile()
{
    return sessionDirectory() / "first-experiment.spillway";
}

fs::path reportFile()
{
    return stateDirectory() / "first-experiment" / "report.html";
}

Result<SessionStore> openFirstSession()
{
    std::error_code failed; // then open() says what is wrong with the place
    if (fs::exists(sessionFile(), failed)) return SessionStore::open(sessionFile());
    fs::create_directories(sessionDirectory(), failed);
    return SessionStore::create(sessionFile());
}

std::string aboutMinutes(Seconds time)
{
    const auto minutes = std::max(1L, std::lround(time.count() / 60));
    return fmt::format("about {} {}", minutes, minutes == 1 ? "minute" : "minutes");
}

/// Sets up the missing engines of the first experiment. A failure is reported and only that engine
/// is left out; Cancelled is the only error.
Result<void> setUpEngines(EngineRegistry& registry, std::stop_token stop)
{
    const auto need = setupNeedOf(registry, firstEngines());
    if (need.engines.empty()) return {};
    toStderr("Setting up {}: {}, {} in {} (--no-engines goes without them).\n",
             titlesOf(need.engines), aboutMinutes(need.time), formatBytes(need.disk),
             registry.locations().environments);
    for (const auto& manifest : need.engines) {
        auto made = installOnTerminal(registry, *registry.find(manifest.id), stop);
        if (made) continue;
        if (made.error().code == ErrorCode::Cancelled) return made;
        toStderr("{} is not set up: {}\n", manifest.title, describe(made.error()));
        if (made.error().code == ErrorCode::Io) break; // nor is any other
    }
    registry.reload();
    return {};
}

Result<Plan> firstPlan(const EngineRegistry& registry, std::stop_token stop)
{
    auto plan = preset("quick", presetContext(registry.engines()));
    if (!plan) return plan;
    const auto paths = presetData("quick", 1, std::move(stop));
    if (!paths) return paths.error();
    for (const auto& path : *paths) {
        auto opened = openDataset(path);
        if (!opened) return opened.error();
        plan->datasets.push_back(std::move(opened->dataset));
    }
    return plan;
}

/// The session's last plan; nothing before the first.
Result<std::optional<StoredPlan>> lastPlan()
{
    std::error_code unknown; // then there is none
    if (!fs::exists(sessionFile(), unknown)) return std::optional<StoredPlan>();
    const auto store = SessionStore::openReadOnly(sessionFile());
    if (!store) return store.error();
    auto plans = store->plans();
    if (!plans) return plans.error();
    if (plans->empty()) return std::optional<StoredPlan>();
    return std::optional(std::move(plans->back()));
}

std::string engineNames(const Plan& plan)
{
    std::vector<std::string> names;
    for (const auto& engine : plan.engines)
        names.push_back(engine.profile.empty() ? engine.id : engine.id + ":" + engine.profile);
    return fmt::format("{}", fmt::join(names, ","));
}

/// Where the report is, and how it goes on. `anew`: the experiment was finished before.
int tellTheRest(const Plan& plan, bool anew)
{
    flushStdout(); // the verdict comes first, also where both streams are one file
    const auto written = exportOnTerminal(
        sessionFile(), {},
        {.directory = reportFile().parent_path(), .formats = {"html"}, .only = {}});
    if (written)
        toStderr("Report: {}\n", reportFile());
    else
        toStderr("No report was written: {}\n", describe(written.error()));
    toStderr("Your own file, with the same engines (group and columns are guessed and printed):\n"
             "  {} run --data YOUR.csv --workload etl --engine {} --workers {} --budget 10min\n",
             programName(), shellWord(engineNames(plan)), plan.workers.front());
    if (anew)
        toStderr("These results were measured earlier. To measure again:\n  {} try --again\n",
                 programName());
    return written ? ExitOk : fail(written.error());
}

void sayMissingEngines(const EngineRegistry& registry)
{
    const auto need = setupNeedOf(registry, firstEngines());
    if (!need.engines.empty())
        toStderr("Not set up yet: {} ({}, {}). With them:\n  {} try --again\n",
                 titlesOf(need.engines), aboutMinutes(need.time), formatBytes(need.disk),
                 programName());
}

int showFinished(const StoredPlan& stored, const EngineRegistry& registry)
{
    const auto plan = planFromText(stored.text);
    if (!plan) return fail(plan.error());
    const auto store = SessionStore::openReadOnly(sessionFile());
    if (!store) return fail(store.error());
    if (const int code = printTables(*store, registry); code != ExitOk) return code;
    for (const auto& sentence : leftOutSentences({stored}))
        toStderr("{}\n", sentence);
    const int code = tellTheRest(*plan, true);
    sayMissingEngines(registry);
    return code;
}

int measure(const TryArguments& arguments, const std::optional<StoredPlan>& last,
            EngineRegistry& registry, std::stop_token stop)
{
    if (!arguments.noEngines)
        if (auto set = setUpEngines(registry, stop); !set) return fail(set.error());
    // What was interrupted goes on; else there is a new plan, since only runs of one plan's rounds
    // are compared.
    const bool goesOn = last && !last->finished && !arguments.again;
    const auto plan = goesOn ? planFromText(last->text) : firstPlan(registry, stop);
    if (!plan) return fail(plan.error());
    auto store = openFirstSession();
    if (!store) return fail(store.error());
    toStderr("Comparing {} in at most {}.\n", engineNames(*plan),
             plan->budget ? formatDuration(*plan->budget) : std::string("the time it takes"));
    const int code =
        runOnTerminal(*plan, registry, *store, {.continuePlan = goesOn}, std::move(stop));
    if (code != ExitOk && code != ExitRunFailed) return code;
    const int told = tellTheRest(*plan, false);
    return code == ExitOk ? told : code;
}

int tryIt(const TryArguments& arguments)
{
    // Before any other thread exists, so that all of them leave the signals to it.
    const StopOnSignal interrupt;
    EngineRegistry registry(EngineRegistry::defaultLocations());
    const auto last = lastPlan();
    if (!last) return fail(last.error());
    if (*last && (*last)->finished && !arguments.again) return showFinished(**last, registry);
    const int code = measure(arguments, *last, registry, interrupt.token());
    if (code == ExitCancelled) toStderr("Run the same command again to continue from here.\n");
    return code;
}

} // namespace

void addTryCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<TryArguments>();
    auto* command = app.add_subcommand(
        "try",
        "A first experiment: sets up Polars, DuckDB, Dask and Ray, generates data, compares");
    command->add_flag("--no-engines", arguments->noEngines,
                      "Compare the engines that are ready, and set up nothing");
    command->add_flag("--again", arguments->again,
                      "Measure again even if it was finished before; missing engines are set up");
    command->footer("It ends with the verdict, a report, and the command for your own file; run\n"
                    "again, it shows them at once.\n"
                    "Examples:\n  spillway try\n  spillway try --no-engines");
    command->callback([=, &chosen] { chosen = [arguments] { return tryIt(*arguments); }; });
}

} // namespace spillway
