#include "host/engine_registry.h"

#include "base/files.h"
#include "base/json.h"
#include "base/program.h"
#include "host/script_files.h"
#include "host/script_manifest.h"
#include "host/trust_store.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

constexpr Bytes maxManifest = Bytes(1) << 20;
constexpr int manifestDepth = 8;
/// What the kinds' folders call a script of the user's own.
constexpr const char* scriptEngine = "script";
constexpr std::string_view workerProgram = "@worker";
constexpr std::string_view environmentProgram = "@python";

bool runnable(const std::filesystem::path& program)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(program, ignored) &&
           ::access(program.c_str(), X_OK) == 0;
}

/// The manifests of a directory in the order of their names; none when it cannot be read.
std::vector<std::filesystem::path> manifestFiles(const std::filesystem::path& directory)
{
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator it(directory, failed), end; !failed && it != end;
         it.increment(failed))
        if (it->path().extension() == ".json" && it->path().filename() != trustFileName)
            files.push_back(it->path());
    std::ranges::sort(files);
    return files;
}

Result<EngineManifest> parseManifest(std::string_view text)
{
    const auto json = parseJson(text, manifestDepth);
    if (!json) return json.error();
    return engineManifestFromJson(*json);
}

/// What an engine does for each kind of work, as files of the kinds' folders say.
Result<Json> kindsOf(const std::filesystem::path& workloads, const std::string& engine)
{
    Json kinds = Json::object();
    for (const auto* type : workloadTypes()) {
        const auto file = workloads / type->id / "engines" / (engine + ".json");
        std::error_code ignored;
        if (!std::filesystem::exists(file, ignored)) continue;
        const auto text = readFile(file, maxManifest);
        if (!text) return text.error();
        auto json = parseJson(*text, manifestDepth);
        if (!json) return protocolError(fmt::format("{}: {}", file.string(), json.error().message));
        kinds[type->id] = std::move(*json);
    }
    return kinds;
}

/// The manifest of an engine that comes with Spillway.
Result<EngineManifest> parseBuiltIn(std::string_view text, const std::filesystem::path& file,
                                    const std::filesystem::path& workloads)
{
    auto json = parseJson(text, manifestDepth);
    if (!json) return json.error();
    auto kinds = kindsOf(workloads, file.stem().string());
    if (!kinds) return kinds.error();
    if (json->is_object() && !kinds->empty()) (*json)["kinds"] = std::move(*kinds);
    return engineManifestFromJson(*json);
}

Error notReady(const EngineInfo& engine)
{
    return makeError(
        ErrorCode::NotFound,
        fmt::format("{} is not ready ({}).", engine.manifest.title, name(engine.state)),
        engine.advice());
}

EngineInfo withState(EngineInfo info, EngineState state, std::string detail,
                     std::string remedy = {})
{
    info.state = state;
    info.detail = std::move(detail);
    info.remedy = std::move(remedy);
    return info;
}

/// The user's own files that an engine consists of beside its manifest; none for most.
Result<ScriptFiles> scriptFiles(const EngineManifest& manifest)
{
    if (manifest.script.empty()) return ScriptFiles();
    return readScriptFiles(manifest.script);
}

/// What a user confirmed when he trusted an engine: its manifest, its script and what that imports
/// from beside it.
std::string trustedContent(std::string content, const ScriptFiles& files)
{
    for (const auto& file : files.files) {
        const bool module = &file != &files.files.front();
        if (module) content += '\0' + file.path.filename().string();
        content += '\0' + file.text;
    }
    return content;
}

} // namespace

std::string_view name(EngineState state)
{
    switch (state) {
    case EngineState::Ready:
        return "ready";
    case EngineState::NotInstalled:
        return "not-installed";
    case EngineState::NotTrusted:
        return "not-trusted";
    case EngineState::Broken:
        return "broken";
    }
    return "broken";
}

EngineRegistry::EngineRegistry(Locations locations) : locations_(std::move(locations))
{
    load();
}

EngineRegistry::Locations EngineRegistry::defaultLocations()
{
    auto files = programFiles();
    return {.builtIn = std::move(files.engines),
            .workloads = std::move(files.workloads),
            .user = dataDirectory() / "engines",
            .worker = std::move(files.worker),
            .adapters = std::move(files.adapters),
            .environments = dataDirectory() / "environments"};
}

Environments EngineRegistry::environments() const
{
    return Environments({.root = locations_.environments,
                         .adapters = locations_.adapters,
                         .guard = std::filesystem::absolute(locations_.worker)});
}

std::filesystem::path EngineRegistry::program(const EngineManifest& manifest) const
{
    if (manifest.program == workerProgram) return std::filesystem::absolute(locations_.worker);
    if (manifest.program == environmentProgram) return environments().python(manifest);
    return manifest.program;
}

EngineInfo EngineRegistry::examine(EngineManifest manifest) const
{
    EngineInfo info{
        .manifest = std::move(manifest), .version = {}, .detail = {}, .remedy = {}, .file = {}};
    const auto& engine = info.manifest;
    if (engine.program == environmentProgram) {
        const auto environment = environments();
        info.version = environment.pinnedVersion(engine);
        const auto state = environment.state(engine);
        auto make = fmt::format("Run \"spillway engines install {}\".", engine.id);
        if (state == EnvironmentState::Damaged)
            return withState(
                std::move(info), EngineState::NotInstalled,
                fmt::format("Its environment is damaged: {}.", environment.damage(engine)),
                std::move(make));
        if (state == EnvironmentState::Outdated)
            return withState(std::move(info), EngineState::NotInstalled,
                             "Its environment was made by another version of Spillway.",
                             std::move(make));
        auto lacks = missingPrograms(engine);
        if (state == EnvironmentState::Missing)
            return withState(std::move(info), EngineState::NotInstalled, std::move(lacks),
                             std::move(make));
        if (!lacks.empty()) return withState(std::move(info), EngineState::Broken, lacks);
        info.installation = environment.installation(engine);
        return info;
    }
    if (engine.program == workerProgram) info.version = programVersion();
    if (!runnable(program(engine)))
        return withState(std::move(info), EngineState::Broken,
                         fmt::format("The program {} is missing.", program(engine).string()));
    return info;
}

std::vector<std::string> readyIds(const std::vector<EngineInfo>& engines)
{
    std::vector<std::string> ids;
    for (const auto& engine : engines)
        if (engine.state == EngineState::Ready) ids.push_back(engine.manifest.id);
    return ids;
}

std::string EngineInfo::advice() const
{
    const bool both = !detail.empty() && !remedy.empty();
    return detail + (both ? " " : "") + remedy;
}

const EngineInfo* EngineRegistry::find(std::string_view id) const
{
    const auto found = std::ranges::find_if(
        engines_, [&](const EngineInfo& engine) { return engine.manifest.id == id; });
    return found == engines_.end() ? nullptr : &*found;
}

void EngineRegistry::load()
{
    engines_.clear();
    problems_.clear();
    const auto trusted = TrustStore::read(locations_.user);
    if (!trusted) problems_.push_back(describe(trusted.error()));
    for (const auto& file : manifestFiles(locations_.builtIn))
        add(file, nullptr);
    const TrustStore none;
    for (const auto& file : manifestFiles(locations_.user))
        add(file, trusted ? &*trusted : &none);
}

/// `trusted` decides on a user's manifest; nothing for a built-in one.
void EngineRegistry::add(const std::filesystem::path& file, const TrustStore* trusted)
{
    const auto text = readFile(file, maxManifest);
    auto manifest = !text     ? Result<EngineManifest>(text.error())
                    : trusted ? parseManifest(*text)
                              : parseBuiltIn(*text, file, locations_.workloads);
    if (!manifest) {
        problems_.push_back(file.string() + ": " + describe(manifest.error()));
        return;
    }
    if (find(manifest->id)) {
        problems_.push_back(
            fmt::format("{}: there is already an engine \"{}\".", file.string(), manifest->id));
        return;
    }
    auto info = examine(std::move(*manifest));
    info.file = file;
    auto files = scriptFiles(info.manifest);
    if (!files) {
        info = withState(std::move(info), EngineState::Broken, describe(files.error()));
    } else if (trusted && !trusted->trusts(info.manifest.id, trustedContent(*text, *files))) {
        const auto& script = info.manifest.script;
        info.state = EngineState::NotTrusted;
        info.remedy = fmt::format("Read it, then run \"spillway engines trust {}\".",
                                  script.empty() ? file.string() : script);
    }
    engines_.push_back(std::move(info));
}

Result<std::vector<std::string>> EngineRegistry::commandLine(const EngineManifest& manifest) const
{
    const auto* engine = find(manifest.id);
    if (!engine || toJson(engine->manifest) != toJson(manifest))
        return makeError(ErrorCode::NotFound,
                         fmt::format("There is no engine \"{}\".", manifest.id),
                         "See \"spillway engines\".");
    if (engine->state != EngineState::Ready) return notReady(*engine);
    std::vector<std::string> line{program(manifest).string()};
    for (const auto& argument : manifest.arguments)
        line.push_back(argument == "@adapters" ? locations_.adapters.string() : argument);
    if (manifest.script.empty()) return line;
    const auto files = readScriptFiles(manifest.script);
    if (!files) return files.error();
    line.push_back(manifest.script);
    line.insert(line.end(), files->modules.begin(), files->modules.end());
    return line;
}

/// A manifest or script that may be trusted.
struct EngineRegistry::Candidate {
    EngineManifest manifest;
    std::string text; ///< of the manifest
    ScriptFiles files;
    std::string content() const { return trustedContent(text, files); } ///< all that is trusted
};

Result<EngineRegistry::Candidate> EngineRegistry::candidate(const std::filesystem::path& file) const
{
    Candidate found;
    if (file.extension() == ".py") {
        auto kinds = kindsOf(locations_.workloads, scriptEngine);
        if (!kinds) return kinds.error();
        const auto manifest = scriptManifest(file, *kinds);
        if (!manifest) return manifest.error();
        found.text = manifest->dump(2) + '\n';
    } else {
        auto text = readFile(file, maxManifest);
        if (!text) return text.error();
        found.text = std::move(*text);
    }
    auto parsed = parseManifest(found.text);
    if (!parsed) return parsed.error();
    found.manifest = std::move(*parsed);
    std::error_code ignored;
    if (std::filesystem::exists(locations_.builtIn / (found.manifest.id + ".json"), ignored))
        return makeError(ErrorCode::AlreadyExists,
                         fmt::format("\"{}\" is the id of an engine that comes with Spillway.",
                                     found.manifest.id),
                         "Give yours another id (a script's id is its file name).");
    auto files = scriptFiles(found.manifest);
    if (!files) return files.error();
    found.files = std::move(*files);
    return found;
}

Result<TrustQuestion> EngineRegistry::question(const std::filesystem::path& file) const
{
    auto found = candidate(file);
    if (!found) return found.error();
    auto& manifest = found->manifest;
    TrustQuestion question{.id = manifest.id,
                           .title = manifest.title,
                           .command = {manifest.program},
                           .file = file,
                           .text = found->text,
                           .hash = contentHash(found->content())};
    question.command.insert(question.command.end(), manifest.arguments.begin(),
                            manifest.arguments.end());
    if (!manifest.script.empty()) {
        question.command.push_back(manifest.script);
        question.file = manifest.script;
        question.text = found->files.files.front().text;
        for (std::size_t i = 1; i < found->files.files.size(); ++i) {
            const auto& module = found->files.files[i];
            const bool code = module.path.extension() == ".py";
            question.text += fmt::format("\n# ---- imported: {} ----\n{}", module.path.string(),
                                         code ? module.text : "# machine code\n");
        }
    }
    return question;
}

Result<std::string> EngineRegistry::trust(const std::filesystem::path& file, std::string_view seen)
{
    const auto found = candidate(file);
    if (!found) return found.error();
    const auto& id = found->manifest.id;
    if (!seen.empty() && seen != contentHash(found->content()))
        return makeError(ErrorCode::NotPermitted,
                         fmt::format("{} has changed since it was shown.", file.string()),
                         "Read it again.");
    std::error_code failed;
    std::filesystem::create_directories(locations_.user, failed);
    if (failed) return systemError("Cannot create " + locations_.user.string(), failed.value());
    const bool inPlace = file.extension() != ".py" &&
                         std::filesystem::equivalent(file.parent_path(), locations_.user, failed);
    if (!inPlace)
        if (auto written = writeFileAtomically(locations_.user / (id + ".json"), found->text);
            !written)
            return written.error();
    auto trusted = TrustStore::read(locations_.user);
    if (!trusted) return trusted.error();
    trusted->add(id, found->content());
    if (auto written = trusted->write(locations_.user); !written) return written.error();
    load();
    return id;
}

} // namespace spillway
