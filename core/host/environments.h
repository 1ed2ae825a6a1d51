#pragma once

#include "base/units.h"
#include "host/engine_manifest.h"
#include "protocol/run_record.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace spillway {

/// Where the pinned Python environments are and what they are made from.
struct EnvironmentPaths {
    std::filesystem::path root;     ///< <data directory>/environments; one directory per engine
    std::filesystem::path adapters; ///< the adapters' package and requirements/ID.txt
    std::filesystem::path guard;    ///< spillway-worker, which guards the installation
};

enum class EnvironmentState {
    Missing,
    Outdated, ///< made from other requirements than this Spillway's, or at another location
    Damaged,  ///< something that was installed is gone, see damage()
    Ready
};

/// Progress of creating an environment.
struct InstallProgress {
    std::string step;   ///< "Downloading pyarrow (45.9MiB)"
    Bytes written = 0;  ///< on disk so far
    Bytes expected = 0; ///< the manifest's disk need; 0 when unknown
};

/// Pinned Python environments, one per engine. An environment is valid once its stamp exists, which
/// is written last: an interrupted installation leaves nothing that looks complete.
class Environments {
public:
    explicit Environments(EnvironmentPaths paths) : paths_(std::move(paths)) {}

    EnvironmentState state(const EngineManifest& manifest) const;
    /// What is missing from an installed environment: its Python, a package, files of one. Takes a
    /// few milliseconds; files deep inside a package are not checked. Empty when nothing is
    /// missing.
    std::string damage(const EngineManifest& manifest) const;
    /// Path of its Python, whether it exists or not.
    std::filesystem::path python(const EngineManifest& manifest) const;
    /// What its environment takes, as counted when it was made; nothing for one that an earlier
    /// version has made.
    std::optional<Installation> installation(const EngineManifest& manifest) const;
    /// The engine's version as its requirements pin it; empty when they do not name it.
    std::string pinnedVersion(const EngineManifest& manifest) const;

    using ProgressHandler = std::function<void(const InstallProgress&)>;
    /// Creates or updates it: if only the adapters are newer, that takes a second. Free disk space
    /// is checked first; leftovers of a failed or cancelled installation are removed. NoSpace,
    /// NotFound (no suitable Python, or a program that the engine needs is missing), Io (no package
    /// index can be reached), EngineFailed with the installer's last output, Cancelled.
    Result<void> install(const EngineManifest& manifest, const ProgressHandler& onProgress,
                         std::stop_token stop) const;
    /// Having nothing to remove is not an error; NotPermitted for a directory that Spillway did not
    /// create.
    Result<void> remove(const EngineManifest& manifest) const;

    const EnvironmentPaths& paths() const { return paths_; }

private:
    struct Making;
    std::filesystem::path directory(const EngineManifest& manifest) const;
    std::filesystem::path requirements(const EngineManifest& manifest) const;
    struct Recipe;
    /// What the environment must be made from; nothing when a source is missing.
    std::optional<Recipe> recipe(const EngineManifest& manifest) const;
    /// What it was made from, as its stamp says; empty hashes without a stamp.
    Recipe stamped(const EngineManifest& manifest) const;

    EnvironmentPaths paths_;
};

/// What this machine lacks of `manifest.needs` and how to get it, in sentences; empty when nothing.
std::string missingPrograms(const EngineManifest& manifest);

/// The newest Python from 3.11 to 3.13 on the search path; empty when there is none.
std::filesystem::path findPython();

} // namespace spillway
