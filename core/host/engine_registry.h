#pragma once

#include "host/engine_manifest.h"
#include "host/environments.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

enum class EngineState {
    Ready,
    NotInstalled, ///< `spillway engines install ID` sets it up or repairs it
    NotTrusted,   ///< a user's manifest whose hash has not been confirmed
    Broken        ///< the program or a file is missing
};
std::string_view name(EngineState state);

/// An engine as the user sees it.
struct EngineInfo {
    EngineManifest manifest;
    EngineState state = EngineState::Ready;
    std::string version;        ///< empty when unknown
    std::string detail;         ///< details of the problem, if any
    std::string remedy;         ///< what to do about it in a terminal
    std::filesystem::path file; ///< its manifest
    /// Of its environment, when it is ready; nothing for an engine without one.
    std::optional<Installation> installation{};

    /// Detail and remedy: the terminal's message for an engine that is not ready.
    std::string advice() const;
};

/// Ids of the engines that are ready, in order.
std::vector<std::string> readyIds(const std::vector<EngineInfo>& engines);

/// What users see before they trust their own manifest or script.
struct TrustQuestion {
    std::string id;
    std::string title;
    std::vector<std::string> command; ///< what would be started, according to the manifest
    std::filesystem::path file;       ///< the file that is shown: the script, else the manifest
    std::string
        text; ///< for a script, including the modules that it imports from its own directory
    std::string hash; ///< of everything that is trusted: XXH3-128 of the manifest and these files
};

class TrustStore;

/// All engines this installation knows. Reads the directories once; a bad manifest is skipped and
/// reported in problems().
class EngineRegistry {
public:
    struct Locations {
        std::filesystem::path builtIn;      ///< resources/engines
        std::filesystem::path workloads;    ///< core/workloads, for <kind>/engines/<engine>.json
        std::filesystem::path user;         ///< <data directory>/engines
        std::filesystem::path worker;       ///< the spillway-worker program
        std::filesystem::path adapters;     ///< the Python adapters' package
        std::filesystem::path environments; ///< <data directory>/environments
    };
    explicit EngineRegistry(Locations locations);
    /// The running program's files, and the XDG data directory.
    static Locations defaultLocations();

    const std::vector<EngineInfo>& engines() const { return engines_; }
    const EngineInfo* find(std::string_view id) const;
    /// Absolute program and fixed arguments for a ready engine.
    Result<std::vector<std::string>> commandLine(const EngineManifest& manifest) const;
    const std::vector<std::string>& problems() const { return problems_; }
    const Locations& locations() const { return locations_; }
    /// Whether an engine could run, and what to do if not.
    EngineInfo examine(EngineManifest manifest) const;
    /// Where the engines' Python environments are created and removed; call reload() to see
    /// changes.
    Environments environments() const;
    void reload() { load(); }

    /// What trust() would confirm. AlreadyExists for the id of a built-in engine.
    Result<TrustQuestion> question(const std::filesystem::path& file) const;
    /// Stores the hash of a user's manifest as confirmed, copying it into the user's directory.
    /// A Python file is treated as the user's own script and gets a manifest whose id is the file's
    /// name. Returns the engine's id. NotPermitted when `seen`, the hash of what the user was
    /// shown, is no longer the file's.
    Result<std::string> trust(const std::filesystem::path& file, std::string_view seen = {});

private:
    void load();
    void add(const std::filesystem::path& file, const TrustStore* trusted);
    std::filesystem::path program(const EngineManifest& manifest) const;
    struct Candidate;
    Result<Candidate> candidate(const std::filesystem::path& file) const;
    Locations locations_;
    std::vector<EngineInfo> engines_;
    std::vector<std::string> problems_;
};

} // namespace spillway
