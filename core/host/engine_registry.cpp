#include "host/engine_registry.h"

#include "base/files.h"
#include "host/trust_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

constexpr Bytes maxManifest = Bytes(1) << 20;
constexpr std::string_view workerProgram = "@worker";

bool runnable(const std::filesystem::path& program)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(program, ignored) &&
           ::access(program.c_str(), X_OK) == 0;
}

std::filesystem::path ownDirectory()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::filesystem::path firstThat(bool (*fits)(const std::filesystem::path&),
                                const std::vector<std::filesystem::path>& candidates)
{
    const auto found = std::ranges::find_if(candidates, fits);
    return found == candidates.end() ? candidates.front() : found->lexically_normal();
}

bool isDirectory(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
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
    const auto json = parseJson(text, 8);
    if (!json) return json.error();
    return engineManifestFromJson(*json);
}

Error notReady(const EngineInfo& engine)
{
    return {.code = ErrorCode::NotFound,
            .message =
                fmt::format("{} is not ready ({}).", engine.manifest.title, name(engine.state)),
            .phase = {},
            .remedy = engine.detail};
}

/// Whether the manifest's program is there, and what to do if not.
EngineInfo examine(EngineManifest manifest, const std::filesystem::path& program)
{
    EngineInfo info{std::move(manifest), EngineState::Ready, {}, {}};
    if (info.manifest.program == workerProgram) info.version = SPILLWAY_VERSION;
    if (runnable(program)) return info;
    const bool installable = !info.manifest.requirements.empty();
    info.state = installable ? EngineState::NotInstalled : EngineState::Broken;
    info.detail = installable
                      ? fmt::format("Run \"spillway engines install {}\".", info.manifest.id)
                      : fmt::format("The program {} is missing.", program.string());
    return info;
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
    const auto here = ownDirectory();
    return {.builtIn = firstThat(isDirectory, {here / "../share/spillway/engines",
                                               SPILLWAY_RESOURCE_DIR "/engines"}),
            .user = dataDirectory() / "engines",
            .worker = firstThat(runnable, {here / "spillway-worker",
                                           here / "../libexec/spillway/spillway-worker",
                                           here / "../bin/spillway-worker"})};
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
    auto manifest = text ? parseManifest(*text) : Result<EngineManifest>(text.error());
    if (!manifest) {
        problems_.push_back(file.string() + ": " + describe(manifest.error()));
        return;
    }
    if (find(manifest->id)) {
        problems_.push_back(
            fmt::format("{}: there is already an engine \"{}\".", file.string(), manifest->id));
        return;
    }
    const std::filesystem::path program =
        manifest->program == workerProgram ? locations_.worker.string() : manifest->program;
    auto info = examine(std::move(*manifest), program);
    if (trusted && !trusted->trusts(info.manifest.id, *text)) {
        info.state = EngineState::NotTrusted;
        info.detail =
            fmt::format("Read it, then run \"spillway engines trust {}\".", file.string());
    }
    engines_.push_back(std::move(info));
}

Result<std::vector<std::string>> EngineRegistry::commandLine(const EngineManifest& manifest) const
{
    const auto* engine = find(manifest.id);
    if (!engine || toJson(engine->manifest) != toJson(manifest))
        return Error{.code = ErrorCode::NotFound,
                     .message = fmt::format("There is no engine \"{}\".", manifest.id),
                     .phase = {},
                     .remedy = "See \"spillway engines\"."};
    if (engine->state != EngineState::Ready) return notReady(*engine);
    const bool worker = manifest.program == workerProgram;
    std::vector<std::string> line{worker ? std::filesystem::absolute(locations_.worker).string()
                                         : manifest.program};
    line.insert(line.end(), manifest.arguments.begin(), manifest.arguments.end());
    return line;
}

Result<void> EngineRegistry::trust(const std::filesystem::path& manifest)
{
    const auto text = readFile(manifest, maxManifest);
    if (!text) return text.error();
    const auto parsed = parseManifest(*text);
    if (!parsed) return parsed.error();
    std::error_code failed;
    if (std::filesystem::exists(locations_.builtIn / (parsed->id + ".json"), failed))
        return Error{.code = ErrorCode::AlreadyExists,
                     .message = fmt::format("Spillway brings an engine \"{}\" itself.", parsed->id),
                     .phase = {},
                     .remedy = "Give yours another id."};
    std::filesystem::create_directories(locations_.user, failed);
    if (failed) return systemError("Cannot make " + locations_.user.string(), failed.value());
    const auto target = locations_.user / (parsed->id + ".json");
    const bool inPlace =
        std::filesystem::equivalent(manifest.parent_path(), locations_.user, failed);
    if (!inPlace)
        if (auto written = writeFileAtomically(target, *text); !written) return written;
    auto trusted = TrustStore::read(locations_.user);
    if (!trusted) return trusted.error();
    trusted->add(parsed->id, *text);
    if (auto written = trusted->write(locations_.user); !written) return written;
    load();
    return {};
}

} // namespace spillway
