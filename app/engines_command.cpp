#include "analysis/table.h"
#include "app/commands.h"
#include "app/engine_install.h"
#include "app/terminal.h"
#include "base/disk_use.h"
#include "base/json.h"
#include "base/units.h"
#include "host/engine_registry.h"
#include "host/environment_removal.h"
#include "host/python_tool.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace spillway {
namespace {

struct EnginesArguments {
    bool json = false;
    bool all = false;
    std::vector<std::string> ids;
    std::string manifest;
};

Json toJson(const EngineInfo& engine)
{
    Json profiles = Json::array();
    for (const auto& [id, title, help] : engine.manifest.profiles())
        profiles.push_back({{"id", id}, {"title", title}, {"help", help}});
    return {{"id", engine.manifest.id},
            {"title", engine.manifest.title},
            {"version", engine.version},
            {"state", name(engine.state)},
            {"detail", engine.advice()},
            {"deployable", engine.manifest.deployable},
            {"disk_bytes", engine.manifest.diskBytes ? Json(*engine.manifest.diskBytes) : Json()},
            {"workloads", engine.manifest.workloads()},
            {"profiles", std::move(profiles)},
            {"kinds", toJson(engine.manifest).at("kinds")}};
}

int listEngines(const EnginesArguments& arguments)
{
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    for (const auto& problem : registry.problems())
        toStderr("spillway: {}\n", problem);
    Table table{"Engines",
                {{"id", "id"},
                 {"version", "version"},
                 {"state", "state"},
                 {"workloads", "workloads"},
                 {"detail", ""}},
                {}};
    for (const auto& engine : registry.engines()) {
        if (arguments.json) {
            toStdout("{}\n", terminalJson(toJson(engine)));
            continue;
        }
        table.rows.push_back(
            {engine.manifest.id, engine.version, std::string(name(engine.state)),
             fmt::format("{}", fmt::join(engine.manifest.workloads(), ", ")),
             engine.state == EngineState::Ready ? engine.manifest.title : engine.advice()});
    }
    if (!arguments.json) toStdout("{}", Lines{toText(table, terminalWidth())});
    return ExitOk;
}

Error unknownEngine(const std::string& id)
{
    return invalidArgument(fmt::format("There is no engine \"{}\".", id),
                           "`spillway engines` lists them.");
}

/// An engine, or a tool, which is none but has an environment like one.
std::optional<EngineInfo> named(const EngineRegistry& registry, const std::string& id)
{
    if (const auto* engine = registry.find(id)) return *engine;
    for (auto& tool : toolInfos(registry))
        if (tool.manifest.id == id) return std::move(tool);
    return std::nullopt;
}

/// An engine without an environment is part of the program, or the user's own.
bool hasEnvironment(const EngineInfo& engine, std::string_view verb)
{
    const auto& manifest = engine.manifest;
    if (!manifest.requirements.empty()) return true;
    toStdout("{}: there is nothing to {}; it is {}.\n", manifest.id, verb,
             manifest.family == EngineFamily::Native ? "part of Spillway" : "your own");
    return false;
}

/// Ids of all engines that have an environment and, where they need programs, find them.
std::vector<std::string> installable(const EngineRegistry& registry)
{
    std::vector<std::string> ids;
    for (const auto& engine : registry.engines()) {
        const auto& manifest = engine.manifest;
        if (manifest.requirements.empty()) continue;
        if (const auto lacks = missingPrograms(manifest); lacks.empty())
            ids.push_back(manifest.id);
        else
            toStderr("{} is skipped. {}\n", manifest.id, lacks);
    }
    return ids;
}

int installEngines(const EnginesArguments& arguments)
{
    const StopOnSignal stopSignals;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    for (const auto& id : arguments.ids)
        if (!named(registry, id)) return fail(unknownEngine(id));
    for (const auto& id : arguments.all ? installable(registry) : arguments.ids) {
        const auto engine = *named(registry, id);
        if (!hasEnvironment(engine, "install")) continue;
        if (auto installed = installOnTerminal(registry, engine, stopSignals.token()); !installed)
            return fail(installed.error());
    }
    return ExitOk;
}

int removeAllEngines(const EngineRegistry& registry)
{
    const auto& place = registry.locations().environments;
    const Bytes before = diskUse(place);
    const auto removed = removeAllEnvironments(place);
    if (!removed) return fail(removed.error());
    for (const auto& name : *removed)
        toStdout("{} is removed.\n", name);
    toStdout("{} freed in {}.\n", formatBytes(before - diskUse(place)), place);
    return ExitOk;
}

int removeEngines(const EnginesArguments& arguments)
{
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    if (arguments.all) return removeAllEngines(registry);
    for (const auto& id : arguments.ids) {
        const auto engine = named(registry, id);
        if (!engine) return fail(unknownEngine(id));
        if (!hasEnvironment(*engine, "remove")) continue;
        if (auto removed = registry.environments().remove(engine->manifest); !removed)
            return fail(removed.error());
        toStdout("{} is removed.\n", id);
    }
    return ExitOk;
}

int trustManifest(const EnginesArguments& arguments)
{
    EngineRegistry registry(EngineRegistry::defaultLocations());
    const auto trusted = registry.trust(arguments.manifest);
    if (!trusted) return fail(trusted.error());
    toStdout("{0} is trusted until the file changes. Use it with --engine {0}.\n", *trusted);
    return ExitOk;
}

/// ID... or --all, one of them.
void addWhich(CLI::App& command, EnginesArguments& arguments, const std::string& whatAllMeans)
{
    auto* which = command.add_option_group("which");
    which->add_option("ID", arguments.ids, "Engines");
    which->add_flag("--all", arguments.all, whatAllMeans);
    which->require_option(1);
}

} // namespace

void addEnginesCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<EnginesArguments>();
    auto* engines =
        app.add_subcommand("engines", "Show which engines are ready and how to get the others");
    engines->add_flag("--json", arguments->json, "One JSON object per line");
    engines->require_subcommand(0, 1);
    engines->footer("Examples:\n  spillway engines\n  spillway engines install dask ray");
    engines->callback([=, &chosen] {
        if (!chosen) chosen = [arguments] { return listEngines(*arguments); };
    });
    auto* list = engines->add_subcommand("list", "List all engines (the default)");
    list->add_flag("--json", arguments->json, "One JSON object per line");
    list->callback([=, &chosen] { chosen = [arguments] { return listEngines(*arguments); }; });
    auto* install =
        engines->add_subcommand("install", "Create the pinned environment of each engine");
    addWhich(*install, *arguments, "Every engine that has one");
    install->footer("Example:\n  spillway engines install dask ray polars duckdb pandas");
    install->callback(
        [=, &chosen] { chosen = [arguments] { return installEngines(*arguments); }; });
    auto* remove = engines->add_subcommand("remove", "Remove the environment of each engine");
    addWhich(*remove, *arguments, "Every environment, the installer and its downloads");
    remove->footer("Examples:\n  spillway engines remove ray\n  spillway engines remove --all");
    remove->callback([=, &chosen] { chosen = [arguments] { return removeEngines(*arguments); }; });
    auto* trust = engines->add_subcommand("trust", "Allow your own manifest or script to run");
    trust->add_option("MANIFEST", arguments->manifest, "Engine manifest (JSON) or script (.py)")
        ->required();
    trust->footer("Examples:\n  spillway engines trust my-engine.json\n"
                  "  spillway engines trust my_job.py");
    trust->callback([=, &chosen] { chosen = [arguments] { return trustManifest(*arguments); }; });
}

} // namespace spillway
