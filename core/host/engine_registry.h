#pragma once

#include "host/engine_manifest.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

enum class EngineState {
    Ready,
    NotInstalled, ///< `spillway engines install ID` makes it ready
    NotTrusted,   ///< a user's manifest whose hash was not confirmed
    Broken        ///< the program or a file is missing
};
std::string_view name(EngineState state);

/// An engine as the user sees it.
struct EngineInfo {
    EngineManifest manifest;
    EngineState state = EngineState::Ready;
    std::string version; ///< empty when unknown
    std::string detail;  ///< how to make it ready
};

class TrustStore;

/// All engines this installation knows. Reads the directories once; a bad manifest is skipped and
/// told in problems().
class EngineRegistry {
public:
    struct Locations {
        std::filesystem::path builtIn; ///< resources/engines
        std::filesystem::path user;    ///< <data directory>/engines
        std::filesystem::path worker;  ///< the spillway-worker program
    };
    explicit EngineRegistry(Locations locations);
    /// Beside the running program, else the installed place; and the XDG data directory.
    static Locations defaultLocations();

    const std::vector<EngineInfo>& engines() const { return engines_; }
    const EngineInfo* find(std::string_view id) const;
    /// Absolute program and fixed arguments for a ready engine.
    Result<std::vector<std::string>> commandLine(const EngineManifest& manifest) const;
    const std::vector<std::string>& problems() const { return problems_; }
    const Locations& locations() const { return locations_; }

    /// Stores the hash of a user's manifest as confirmed, copying it into the user's directory.
    Result<void> trust(const std::filesystem::path& manifest);

private:
    void load();
    void add(const std::filesystem::path& file, const TrustStore* trusted);
    Locations locations_;
    std::vector<EngineInfo> engines_;
    std::vector<std::string> problems_;
};

} // namespace spillway
