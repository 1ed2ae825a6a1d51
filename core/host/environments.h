#pragma once

#include "base/units.h"
#include "host/engine_manifest.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace spillway {

/// Where the pinned Python environments are and what they are made from.
struct EnvironmentPaths {
    std::filesystem::path root;     ///< <data directory>/environments; one directory an engine
    std::filesystem::path adapters; ///< the adapters' package and requirements/ID.txt
    std::filesystem::path guard;    ///< spillway-worker, which guards the making
};

enum class EnvironmentState {
    Missing,
    Outdated, ///< made from other requirements than this Spillway's, or for one in another place
    Damaged,  ///< something that was there when it was made is gone, see damage()
    Ready
};

/// How far the making of an environment has come.
struct InstallProgress {
    std::string step;   ///< "Downloading pyarrow (45.9MiB)"
    Bytes written = 0;  ///< on disk so far
    Bytes expected = 0; ///< the manifest's disk need; 0 when unknown
};

/// Pinned Python environments, one an engine, each its own. An environment counts once its stamp is
/// there, which is written last: an interrupted making leaves nothing that looks complete.
class Environments {
public:
    explicit Environments(EnvironmentPaths paths) : paths_(std::move(paths)) {}

    EnvironmentState state(const EngineManifest& manifest) const;
    /// What is missing of an environment that was made: its Python, a package, files of one. A few
    /// milliseconds; files deep inside a package are not looked for. Empty when nothing is missing.
    std::string damage(const EngineManifest& manifest) const;
    /// Its Python, whether it is there or not.
    std::filesystem::path python(const EngineManifest& manifest) const;
    /// The engine's version as its requirements pin it; empty when they do not name it.
    std::string pinnedVersion(const EngineManifest& manifest) const;

    using ProgressHandler = std::function<void(const InstallProgress&)>;
    /// Makes it, or brings it up to date: when only the adapters are newer that takes a second.
    /// Free disk is checked first; what a failed or stopped making leaves is removed. NoSpace,
    /// NotFound (no Python that fits, no program that the engine needs), Io (no package index can
    /// be reached), EngineFailed with the installer's last words, Cancelled.
    Result<void> install(const EngineManifest& manifest, const ProgressHandler& onProgress,
                         std::stop_token stop) const;
    /// Nothing to remove is no error; NotPermitted for a directory that was not made here.
    Result<void> remove(const EngineManifest& manifest) const;

    const EnvironmentPaths& paths() const { return paths_; }

private:
    struct Making;
    std::filesystem::path directory(const EngineManifest& manifest) const;
    std::filesystem::path requirements(const EngineManifest& manifest) const;
    struct Recipe;
    /// What the environment has to be made from; nothing when a source is missing.
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
