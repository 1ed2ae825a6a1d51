#include "host/script_manifest.h"

#include "base/files.h"
#include "base/json.h"
#include "host/engine_manifest.h"
#include "host/environments.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

/// The id that a script's file name makes: "My Job.py" is "my-job".
std::string idOf(const std::filesystem::path& script)
{
    std::string id;
    for (const char c : script.stem().string()) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool capital = c >= 'A' && c <= 'Z';
        id += plain ? c : capital ? static_cast<char>(c - 'A' + 'a') : '-';
    }
    return id.substr(0, 40);
}

/// "etl, query"
std::string allNames(const Json& object)
{
    std::string names;
    for (const auto& [name, value] : object.items())
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

/// The kind of work that a script says it does, in a line such as "# spillway: kind=query" among
/// its first; empty without one.
std::string kindOfScript(std::string_view text)
{
    constexpr int firstLines = 50;
    constexpr std::string_view mark = "# spillway:";
    constexpr std::string_view key = "kind=";
    for (int line = 0; line < firstLines && !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto at = one.starts_with(mark) ? one.find(key) : std::string_view::npos;
        if (at == std::string_view::npos) continue;
        const auto value = one.substr(at + key.size());
        return std::string(value.substr(0, value.find_first_of(" \t\r")));
    }
    return {};
}

/// Of the kinds that scripts may do, those that this one does: what it says, else those that were
/// there before it could say so.
Result<Json> kindsOfScript(const std::filesystem::path& script, const Json& all)
{
    const auto text = readFile(script);
    if (!text) return text.error();
    const auto said = kindOfScript(*text);
    if (!said.empty() && !all.contains(said))
        return invalidArgument(
            fmt::format("{} says that it does work of the kind \"{}\".", script.string(), said),
            "A script can do: " + allNames(all) + ".");
    Json kinds = Json::object();
    for (const auto& [id, kind] : all.items()) {
        const WorkloadType* type = findWorkloadType(id);
        if (said.empty() ? type && type->ofFirstProtocol : id == said) kinds[id] = kind;
    }
    return kinds;
}

} // namespace

Result<Json> scriptManifest(const std::filesystem::path& script, const Json& kinds)
{
    const auto python = findPython();
    if (python.empty())
        return makeError(ErrorCode::NotFound,
                         "There is no Python from 3.11 to 3.13 on the search path.",
                         "Install one, or write a manifest that names your Python.");
    EngineManifest manifest;
    manifest.id = idOf(script);
    manifest.title = script.stem().string();
    manifest.family = EngineFamily::Script;
    manifest.protocol = protocolVersion;
    manifest.program = python.string();
    manifest.arguments = {"-I", "@adapters", "script_engine"};
    std::error_code failed; // the working directory is gone
    const auto absolute = std::filesystem::absolute(script, failed);
    if (failed) return systemError("Cannot find " + script.string(), failed.value());
    manifest.script = absolute.lexically_normal().string();
    manifest.workersHelp = "Passed to the function as workers.";
    manifest.roles = {{"driver", "script_engine"}};
    auto done = kindsOfScript(manifest.script, kinds);
    if (!done) return done.error();
    Json json = toJson(manifest);
    json["kinds"] = std::move(*done);
    return json;
}

} // namespace spillway
