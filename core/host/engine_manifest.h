#pragma once

#include "base/json_fwd.h"
#include "measure/process_tree.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

enum class EngineFamily { Native, Python, Script };
std::string_view name(EngineFamily family);

/// One parameter of an engine or workload.
struct ParameterInfo {
    std::string name;
    std::string type; ///< "text", "integer", "real", "boolean", "choice"
    std::string defaultValue;
    std::vector<std::string> choices;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::string help; ///< one line
};

struct EngineProfile {
    std::string id;    ///< "default", "tuned", "naive"
    std::string title; ///< "Ray Core"
    std::string help;
};

/// A system program that an engine calls and its environment does not contain.
struct NeededProgram {
    std::string program; ///< "java", looked for on the search path
    std::string package; ///< the Debian package that provides it
};

/// What Spillway knows about an engine: one JSON file in resources/engines or in the user's data
/// directory. Only a manifest ever names a program to run.
struct EngineManifest {
    int version = 1;
    std::string id;    ///< [a-z0-9-]+
    std::string title; ///< "Dask", "Chunked (Spillway)"
    EngineFamily family = EngineFamily::Native;
    std::string colour;     ///< "#rrggbb", of its lines on charts; empty: any
    bool deployable = true; ///< false: a reference line, never recommended
    /// Absolute; or "@worker" for spillway-worker, "@python" for the Python of its environment.
    std::string program;
    std::vector<std::string> arguments;
    std::string requirements;            ///< name of its environment; empty when it needs none
    std::vector<NeededProgram> needs;    ///< programs that it cannot run without
    std::optional<Bytes> diskBytes;      ///< disk space of the environment
    std::string script;                  ///< a user's Python file, absolute; empty for others
    std::vector<std::string> workloads;  ///< ids of workload kinds (workloads/workload_type.h)
    std::vector<EngineProfile> profiles; ///< the first one is the default
    std::vector<ParameterInfo> parameters;
    std::string workersHelp;
    std::vector<RoleRule> roles;
    std::optional<Bytes> memoryFloor; ///< a limit below 1.2 × this is unsupported
    std::optional<int> maxWorkers;    ///< more workers are unsupported; nothing: any number
    std::string unsupportedNote;      ///< "Polars has no logistic regression."
    /// Optional fields of a CSV's schema that the engine supports (docs/protocol.md); a dataset
    /// that needs another one is unsupported. Spillway's own adapters support all of them.
    std::vector<std::string> dialect;
    bool clusters = false; ///< can run on an existing cluster's address

    bool supports(std::string_view workload) const;
    bool knowsDialect(std::string_view field) const;
    const EngineProfile* findProfile(std::string_view id) const;
};

Json toJson(const EngineManifest& manifest);
/// Protocol error that names the field; bounded in size and depth.
Result<EngineManifest> engineManifestFromJson(const Json& json);

} // namespace spillway
