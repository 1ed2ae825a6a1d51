#include "analysis/table.h"
#include "app/commands.h"
#include "app/terminal.h"
#include "host/engine_registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace spillway {
namespace {

struct EnginesArguments {
    bool json = false;
    std::vector<std::string> ids;
    std::string manifest;
};

Json toJson(const EngineInfo& engine)
{
    Json json = toJson(engine.manifest);
    return {{"id", engine.manifest.id},
            {"title", engine.manifest.title},
            {"version", engine.version},
            {"state", name(engine.state)},
            {"detail", engine.detail},
            {"deployable", engine.manifest.deployable},
            {"workloads", engine.manifest.workloads},
            {"profiles", json.value("profiles", Json::array())}};
}

int listEngines(const EnginesArguments& arguments)
{
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    for (const auto& problem : registry.problems())
        fmt::print(stderr, "spillway: {}\n", problem);
    Table table{"Engines",
                {{"id", "id"},
                 {"version", "version"},
                 {"state", "state"},
                 {"workloads", "workloads"},
                 {"detail", ""}},
                {}};
    for (const auto& engine : registry.engines()) {
        if (arguments.json) {
            fmt::print("{}\n", toLine(toJson(engine)));
            continue;
        }
        table.rows.push_back(
            {engine.manifest.id, engine.version, std::string(name(engine.state)),
             fmt::format("{}", fmt::join(engine.manifest.workloads, ", ")),
             engine.state == EngineState::Ready ? engine.manifest.title : engine.detail});
    }
    if (!arguments.json) fmt::print("{}", toText(table, terminalWidth()));
    return ExitOk;
}

Error unknownEngine(const std::string& id)
{
    return {.code = ErrorCode::InvalidArgument,
            .message = fmt::format("There is no engine \"{}\".", id),
            .remedy = "`spillway engines` lists them."};
}

/// Native engines are part of the program: there is nothing to install or to remove.
int changeNative(const EnginesArguments& arguments, std::string_view verb)
{
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    for (const auto& id : arguments.ids) {
        const auto* engine = registry.find(id);
        if (!engine) return fail(unknownEngine(id));
        fmt::print("{} is part of Spillway: there is nothing to {}.\n", id, verb);
    }
    return ExitOk;
}

int trustManifest(const EnginesArguments& arguments)
{
    EngineRegistry registry(EngineRegistry::defaultLocations());
    if (auto trusted = registry.trust(arguments.manifest); !trusted) return fail(trusted.error());
    fmt::print("Trusted. It stays so until the file changes.\n");
    return ExitOk;
}

} // namespace

void addEnginesCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<EnginesArguments>();
    auto* engines =
        app.add_subcommand("engines", "Show which engines are ready and how to get the others");
    engines->add_flag("--json", arguments->json, "One JSON object a line");
    engines->require_subcommand(0, 1);
    engines->footer("Examples:\n  spillway engines\n  spillway engines trust my-engine.json");
    engines->callback([=, &chosen] {
        if (!chosen) chosen = [arguments] { return listEngines(*arguments); };
    });
    auto* list = engines->add_subcommand("list", "List all engines (the default)");
    list->add_flag("--json", arguments->json, "One JSON object a line");
    list->callback([=, &chosen] { chosen = [arguments] { return listEngines(*arguments); }; });
    for (const char* verb : {"install", "remove"}) {
        auto* command = engines->add_subcommand(
            verb, fmt::format("{} the pinned environment of an engine",
                              verb == std::string_view("install") ? "Make" : "Remove"));
        command->add_option("ID", arguments->ids, "Engines")->required();
        command->callback([=, &chosen] {
            chosen = [arguments, verb] { return changeNative(*arguments, verb); };
        });
    }
    auto* trust =
        engines->add_subcommand("trust", "Allow a manifest of your own to start its program");
    trust->add_option("MANIFEST", arguments->manifest, "Engine manifest (JSON)")->required();
    trust->footer("Example:\n  spillway engines trust my-engine.json");
    trust->callback([=, &chosen] { chosen = [arguments] { return trustManifest(*arguments); }; });
}

} // namespace spillway
