#pragma once

#include "base/json_fwd.h"
#include "measure/process_tree.h"
#include "protocol/run_spec.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

enum class EngineFamily { Native, Python, Script };
std::string_view name(EngineFamily family);

struct EngineProfile {
    std::string id;    ///< "default", "tuned", "naive"
    std::string title; ///< "Ray Core"
    std::string help;
};

/// A parameter of a workload kind (workloads/workload_type.h) of which an engine supports less than
/// the kind offers, or which means something special to it.
struct EngineParameter {
    std::string name;                  ///< as in the kind's type: "max_iterations"
    std::vector<std::string> choices;  ///< the supported values; empty: all of the kind's
    std::vector<std::string> profiles; ///< ids of those to which this applies; empty: all
    std::string help;                  ///< one sentence
};

/// What an engine does for a workload kind.
struct EngineKind {
    std::vector<EngineProfile> profiles; ///< at least one; the first one is the default
    std::vector<EngineParameter> parameters;
    std::vector<FileFormat> formats{FileFormat::Csv}; ///< that it reads; a table of others is
                                                      ///< unsupported

    const EngineProfile* findProfile(std::string_view id) const;
    bool reads(FileFormat format) const;
};

/// A system program that an engine calls and its environment does not contain.
struct NeededProgram {
    std::string program; ///< "java", looked for on the search path
    std::string package; ///< the Debian package that provides it
};

/// What Spillway knows about an engine: one JSON file in resources/engines or in the user's data
/// directory. Only a manifest ever names a program to run. What an engine of Spillway's
/// own does for a kind of work is said by a file of the kind's folder
/// (core/workloads/<kind>/engines/<id>.json), which the registry puts in.
struct EngineManifest {
    std::string id;    ///< [a-z0-9-]+
    std::string title; ///< "Dask", "Chunked (Spillway)"
    EngineFamily family = EngineFamily::Native;
    std::string colour;     ///< "#rrggbb", of its lines on charts; empty: any
    bool deployable = true; ///< false: a reference line, never recommended
    /// Absolute; or "@worker" for spillway-worker, "@python" for the Python of its environment.
    std::string program;
    std::vector<std::string> arguments;
    /// Version of the run protocol that it speaks (protocol/run_spec.h). Version 1 carries only
    /// kinds of work with a form of their own, on one table.
    int protocol = firstProtocolVersion;
    std::string requirements;         ///< name of its environment; empty when it needs none
    std::vector<NeededProgram> needs; ///< without which it cannot run
    std::optional<Bytes> diskBytes;   ///< what the environment takes on disk
    std::string script;               ///< a user's Python file, absolute; empty for others
    std::map<std::string, EngineKind, std::less<>> kinds; ///< by id of a WorkloadType
    std::string workersHelp;
    std::vector<RoleRule> roles;
    std::optional<Bytes> memoryFloor; ///< a limit below 1.2 × this is unsupported
    std::optional<int> maxWorkers;    ///< more workers are unsupported; nothing: any number
    std::string unsupportedNote;      ///< said of kinds that it does not take; empty: that alone
    /// Optional fields of a CSV's schema that the engine obeys (docs/protocol.md); a dataset that
    /// needs another one is unsupported. Spillway's own adapters all know every one.
    std::vector<std::string> dialect;
    bool clusters = false; ///< can run on an existing cluster's address

    /// Nothing for a kind that it does not take.
    const EngineKind* findKind(std::string_view kind) const;
    bool supports(std::string_view kind) const { return findKind(kind) != nullptr; }
    /// Ids of the kinds that it takes.
    std::vector<std::string> workloads() const;
    /// Those of all its kinds, each once, in the order in which kinds have them. The help of one
    /// that several kinds have says what holds for which.
    std::vector<EngineProfile> profiles() const;
    bool knowsDialect(std::string_view field) const;
};

/// As version 2.
Json toJson(const EngineManifest& manifest);
/// Version 2, or 1 with the same profiles for all its kinds (docs/adding-an-engine.md). A Protocol
/// error names the field; bounded in size and depth.
Result<EngineManifest> engineManifestFromJson(const Json& json);

} // namespace spillway
