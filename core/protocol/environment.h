#pragma once

#include "base/json_fwd.h"
#include "base/units.h"

#include <map>
#include <string>

namespace spillway {

/// The machine and the software of a run, stored with every session.
struct Environment {
    std::string cpuModel;
    int coresUsable = 1; ///< affinity and cgroup quota
    int coresTotal = 1;
    std::string simdLevel; ///< "AVX-512", "AVX2", "SSE4.2", "SSE2", "NEON"
    Bytes ram = 0;
    Bytes swap = 0;
    std::string kernel;
    std::string operatingSystem;
    std::string governor;       ///< "performance"; "unknown" in most virtual machines
    std::string virtualisation; ///< "none", "kvm", "container" …
    std::string diskKind; ///< of the scratch or data directory: "nvme", "ssd", "hdd", "virtual"
    std::string fileSystem;
    double diskReadRate = 0; ///< bytes per second, 0: not measured
    std::string compiler;
    std::string compilerFlags;
    std::map<std::string, std::string> libraries; ///< "Qt": "6.4.2" …
    std::string timeZone;
    std::string spillwayVersion;
    std::string hostNameHash; ///< distinguishes machines without naming them

    bool operator==(const Environment&) const = default;
    /// The machine as text, "CPU, 2 cores, 24 GiB, 5f3a…": ratios are formed only between figures
    /// with the same text. RAM is in whole GiB: what a kernel reserves of it differs by boot.
    std::string machine() const;
};

Json toJson(const Environment& environment);
Result<Environment> environmentFromJson(const Json& json);

} // namespace spillway
