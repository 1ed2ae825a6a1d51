#include "host/environments.h"

#include "base/disk_use.h"
#include "base/files.h"
#include "base/json.h"
#include "host/environment_files.h"
#include "host/environment_removal.h"
#include "host/environment_stamp.h"
#include "host/guarded_command.h"
#include "host/line_reader.h"
#include "host/spawn.h"

#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <system_error>
#include <vector>

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> searchPath()
{
    const char* path = std::getenv("PATH");
    std::istringstream directories(path ? path : "/usr/bin:/usr/local/bin");
    std::vector<fs::path> places;
    for (std::string directory; std::getline(directories, directory, ':');)
        if (directory.starts_with('/')) places.emplace_back(directory);
    return places;
}

bool onSearchPath(const std::string& program)
{
    return std::ranges::any_of(searchPath(), [&](const fs::path& place) {
        return ::access((place / program).c_str(), X_OK) == 0;
    });
}

/// The program itself behind `candidate` (which may be a version manager's shim), if it is a Python
/// that can make an environment; empty otherwise.
fs::path suitablePython(const fs::path& candidate)
{
    if (::access(candidate.c_str(), X_OK) != 0) return {};
    const char* question = "import sys, venv, ensurepip\n"
                           "if (3, 11) <= sys.version_info[:2] <= (3, 13): print(sys.executable)";
    const auto answer = lastLine(outputOf({candidate.string(), "-I", "-c", question}));
    return answer.starts_with('/') ? fs::path(answer) : fs::path();
}

/// Nothing when the file cannot be read.
std::optional<std::string> hashOf(const fs::path& file)
{
    const auto text = readFile(file);
    if (!text) return std::nullopt;
    return fmt::format("{:016x}", XXH3_64bits(text->data(), text->size()));
}

/// Whether pip's or uv's last output indicates a machine without a network or without access to the
/// package index.
bool tellsOfNoIndex(std::string_view words)
{
    return std::ranges::any_of(
        std::array<std::string_view, 7>{"NewConnectionError", "error sending request",
                                        "Connection refused", "dns error", "ConnectTimeout",
                                        "Network is unreachable", "(from versions: none)"},
        [&](std::string_view sign) { return words.find(sign) != std::string_view::npos; });
}

/// The step that follows this line of uv's output. uv prints nothing while it compiles, which takes
/// longest.
std::string stepOf(std::string_view words)
{
    return words.starts_with("Installed ") ? fmt::format("{}; compiling them", words)
                                           : std::string(words);
}

Error noPython()
{
    return makeError(ErrorCode::NotFound, "There is no Python from 3.11 to 3.13 on this machine.",
                     "Install one with its venv module (Debian: apt install python3-venv).");
}

Result<void> checkSpace(const fs::path& root, Bytes need)
{
    const auto free = freeDiskSpace(root);
    if (!free || *free >= need) return {};
    return makeError(ErrorCode::NoSpace,
                     fmt::format("{} are needed in {}, but only {} are free.", formatBytes(need),
                                 root.string(), formatBytes(*free)),
                     "Free some space, or set XDG_DATA_HOME to a larger disk.");
}

} // namespace

std::string missingPrograms(const EngineManifest& manifest)
{
    std::string text;
    for (const auto& [program, package] : manifest.needs)
        if (!onSearchPath(program))
            text += fmt::format("{}{} needs {} on the search path (Debian: apt install {}).",
                                text.empty() ? "" : " ", manifest.title, program, package);
    return text;
}

fs::path findPython()
{
    const auto places = searchPath();
    for (const char* name : {"python3.13", "python3.12", "python3.11", "python3"})
        for (const auto& place : places)
            if (auto python = suitablePython(place / name); !python.empty()) return python;
    return {};
}

fs::path Environments::directory(const EngineManifest& manifest) const
{
    return paths_.root / manifest.requirements;
}

fs::path Environments::requirements(const EngineManifest& manifest) const
{
    return paths_.adapters / "requirements" / (manifest.requirements + ".txt");
}

fs::path Environments::python(const EngineManifest& manifest) const
{
    return directory(manifest) / "bin/python";
}

struct Environments::Recipe {
    std::string requirements; ///< their hash
    std::string adapters;     ///< where they are
    bool operator==(const Recipe&) const = default;
};

std::optional<Environments::Recipe> Environments::recipe(const EngineManifest& manifest) const
{
    const auto pinned = hashOf(requirements(manifest));
    if (!pinned) return std::nullopt;
    return Recipe{*pinned, paths_.adapters.string()};
}

Environments::Recipe Environments::stamped(const EngineManifest& manifest) const
{
    const Json stamp = stampIn(directory(manifest));
    return {fieldOr(stamp, "requirements", std::string()),
            fieldOr(stamp, "adapters", std::string())};
}

EnvironmentState Environments::state(const EngineManifest& manifest) const
{
    const auto made = stamped(manifest);
    if (made.requirements.empty()) return EnvironmentState::Missing;
    if (made != recipe(manifest)) return EnvironmentState::Outdated;
    return damage(manifest).empty() ? EnvironmentState::Ready : EnvironmentState::Damaged;
}

std::string Environments::damage(const EngineManifest& manifest) const
{
    if (::access(python(manifest).c_str(), X_OK) != 0) {
        std::error_code ignored;
        const auto target = fs::read_symlink(python(manifest), ignored);
        return fmt::format("its Python {} is gone",
                           (target.empty() ? python(manifest) : target).string());
    }
    const auto packages = fieldOr(stampIn(directory(manifest)), "packages", PackageSizes());
    const auto library = sitePackages(directory(manifest));
    for (const auto& [name, entries] : packages)
        if (countEntries(library / name) < entries)
            return fmt::format("{} is missing or incomplete", (library / name).string());
    return {};
}

std::optional<Installation> Environments::installation(const EngineManifest& manifest) const
{
    return installationFromJson(fieldOr(stampIn(directory(manifest)), "installation", Json()));
}

std::string Environments::pinnedVersion(const EngineManifest& manifest) const
{
    const auto text = readFile(requirements(manifest));
    std::istringstream lines(text ? *text : std::string());
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(manifest.requirements + "==")) {
            const auto begin = manifest.requirements.size() + 2;
            return line.substr(begin, line.find_first_of(" ;\\", begin) - begin);
        }
    return {};
}

Result<void> Environments::remove(const EngineManifest& manifest) const
{
    return removeEnvironment(paths_.root, manifest.requirements);
}

/// The steps of one making.
struct Environments::Making {
    const Environments& environments;
    const EngineManifest& manifest;
    const ProgressHandler& onProgress;
    std::stop_token stop;
    Bytes before = 0; ///< disk use of the root before; downloads kept from last time do not count
    InstallProgress progress{};
    int ticks = 0;
    Seconds began = monotonicNow();

    fs::path root() const { return environments.paths_.root; }
    fs::path helperPython() const { return root() / environment_files::helper / "bin/python"; }

    void tell(std::string step)
    {
        progress.step = std::move(step);
        if (onProgress) onProgress(progress);
    }

    void tick()
    {
        if (++ticks % 5 != 0) return;
        // Packages that were downloaded before are links to what is there, and new in this place.
        const Bytes here = diskUse(environments.directory(manifest));
        progress.written = std::max(here, diskUse(root()) - before);
        if (onProgress) onProgress(progress);
    }

    Result<void> command(std::vector<std::string> line)
    {
        auto ran = run(
            {environments.paths_.guard, root() / environment_files::scratch, std::move(line)},
            [this](std::string_view text) { tell(stepOf(text)); }, [this] { tick(); }, stop);
        if (ran || ran.error().code != ErrorCode::EngineFailed) return ran;
        auto error = ran.error();
        error.remedy = "Check that this machine reaches the package index (behind a proxy: set "
                       "HTTPS_PROXY), then try again.";
        if (!tellsOfNoIndex(error.message)) return error;
        error.code = ErrorCode::Io;
        error.message = "The Python package index cannot be reached.";
        return error;
    }

    Result<void> uv(std::vector<std::string> arguments)
    {
        std::vector<std::string> line{(root() / environment_files::helper / "bin/uv").string()};
        line.insert(line.end(), arguments.begin(), arguments.end());
        for (const auto& option :
             {std::string("--cache-dir"), (root() / environment_files::downloads).string()})
            line.push_back(option);
        return command(std::move(line));
    }

    Result<void> makeHelper()
    {
        if (::access((root() / environment_files::helper / "bin/uv").c_str(), X_OK) == 0) return {};
        const auto python = findPython();
        if (python.empty()) return noPython();
        tell("Creating the installer's environment");
        if (auto made = command({python.string(), "-m", "venv", "--clear",
                                 (root() / environment_files::helper).string()});
            !made)
            return made;
        return command({helperPython().string(), "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "--retries", "1", "-r",
                        (environments.paths_.adapters / "requirements/uv.txt").string()});
    }

    Result<void> makeEnvironment()
    {
        const auto directory = environments.directory(manifest).string();
        const auto python = environments.python(manifest).string();
        tell(fmt::format("Creating the environment of {}", manifest.title));
        if (auto made =
                uv({"venv", "--quiet", "--clear", "--python", helperPython().string(), directory});
            !made)
            return made;
        tell("Resolving its packages");
        return uv({"pip", "install", "--compile-bytecode", "--python", python, "-r",
                   environments.requirements(manifest).string()});
    }

    /// Of an environment that is ready.
    void tellCost(Installation& installation) const
    {
        installation.seconds = (monotonicNow() - began).count();
        installation.newBytes = std::max<Bytes>(0, diskUse(root()) - before);
    }

    /// A path file: the environment's Python, also an isolated one and those of its workers, finds
    /// the adapters where this program has them, so they are never another version's.
    Result<void> linkAdapters()
    {
        const auto directory = environments.directory(manifest);
        const auto library = sitePackages(directory);
        if (library.empty())
            return systemError("Cannot find the packages of " + directory.string(), ENOENT);
        return writeFileAtomically(library / "spillway.pth",
                                   environments.paths_.adapters.string() + '\n');
    }
};

Result<void> Environments::install(const EngineManifest& manifest,
                                   const ProgressHandler& onProgress, std::stop_token stop) const
{
    if (auto lacks = missingPrograms(manifest); !lacks.empty())
        return makeError(ErrorCode::NotFound, std::move(lacks), "Then set it up again.");
    const auto made = recipe(manifest);
    if (!made)
        return makeError(ErrorCode::NotFound,
                         fmt::format("The requirements of {} are missing from {}.", manifest.title,
                                     paths_.adapters.string()),
                         "Reinstall Spillway.");
    std::error_code failed;
    fs::create_directories(paths_.root, failed);
    if (failed) return systemError("Cannot create " + paths_.root.string(), failed.value());
    const Bytes need = manifest.diskBytes.value_or(0);
    const bool whole =
        stamped(manifest).requirements != made->requirements || !damage(manifest).empty();
    const Bytes replaced = whole ? diskUse(directory(manifest)) : 0;
    Making making{*this, manifest, onProgress, std::move(stop), diskUse(paths_.root) - replaced};
    making.progress.expected = need;
    auto done = whole ? checkSpace(paths_.root, need) : Result<void>();
    if (done) done = making.makeHelper();
    if (done && whole) {
        done = remove(manifest);
        if (done) done = markEnvironment(paths_.root, manifest.requirements);
        if (done) done = making.makeEnvironment();
    }
    if (done) done = making.linkAdapters();
    if (done) {
        const auto packages = packageSizes(sitePackages(directory(manifest)));
        Installation counted = installation(manifest).value_or(Installation{});
        if (whole) making.tellCost(counted);
        counted.packages = countPackages(packages);
        counted.bytes = fullSize(directory(manifest));
        done = writeFileAtomically(directory(manifest) / environment_files::stamp,
                                   toLine({{"requirements", made->requirements},
                                           {"adapters", made->adapters},
                                           {"packages", packages},
                                           {"installation", toJson(counted)}}));
    }
    if (!done && whole) static_cast<void>(remove(manifest));
    return done;
}

} // namespace spillway
