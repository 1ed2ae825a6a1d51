#pragma once

#include "protocol/environment.h"

#include <filesystem>

namespace spillway {

/// CPUs this process may use: affinity ∩ cgroup quota, at least 1.
int usableCores();
Bytes totalRam();
/// MemAvailable, bounded by the cgroup's limit.
Bytes availableRam();
/// `share` of the machine's RAM or of its cgroup's limit, rounded down to 0.5 GB if it is at least
/// that: it does not depend on the memory that is free now, so that sessions of one machine are
/// comparable.
Bytes defaultMemoryLimit(double share = 0.75);

/// Facts for a session. `directory` decides which disk is described.
Environment captureEnvironment(const std::filesystem::path& directory);

/// Whether `directory` is in memory (tmpfs, ramfs): spilling there would free no memory.
bool isMemoryFileSystem(const std::filesystem::path& directory);
/// "ext4", "tmpfs" …
std::string fileSystemName(const std::filesystem::path& directory);

/// CPU time over an interval, from /proc/stat and /proc/self: shows what disturbs a measurement.
struct CpuTimes {
    double busy = 0;  ///< seconds, all CPUs, without idle and iowait
    double steal = 0; ///< seconds taken by the hypervisor
    double self = 0;  ///< seconds of this process, all threads
};
CpuTimes cpuTimes();

} // namespace spillway
