#pragma once

#include "base/json_fwd.h"
#include "data/dataset.h"
#include "workloads/workload.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Version 1 carries a workload on one CSV dataset; version 2 named inputs, whatever the kind.
inline constexpr int protocolVersion = 2;
inline constexpr int firstProtocolVersion = 1;

/// The profile under which Spillway's own engine computes reference results: the means of |x| are
/// reported with the means.
inline constexpr std::string_view referenceProfile = "reference";

/// The specification of one run for the engine: the single line on the child's stdin.
struct RunSpec {
    std::string runId;
    Dataset dataset;
    Workload workload;
    int workers = 1;
    std::optional<Bytes> memoryLimit; ///< for the whole run, all its processes; nothing: none
    std::optional<Bytes> memoryFloor; ///< what the engine uses before it touches data, if known
    std::filesystem::path scratch;    ///< new, 0700, private to the engine; removed after the run
    std::uint64_t seed = 1;
    std::string profile = "default";
    std::optional<std::string> address; ///< of an existing cluster
    std::string job;                    ///< the kind's own: a JSON object, empty for none

    bool operator==(const RunSpec&) const = default;
    Result<void> validate() const;
};

/// As `version` has it. Tables of a dataset are lost in version 1.
Json toJson(const RunSpec& spec, int version = protocolVersion);
/// Of either version. Protocol error for another one and for a field of another type.
Result<RunSpec> runSpecFromJson(const Json& json);

} // namespace spillway
