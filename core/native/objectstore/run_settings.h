#pragma once

#include "base/files.h"
#include "native/blocks/scan_plan.h"
#include "protocol/run_spec.h"

namespace spillway {

/// What the driver tells its processes before anything else.
struct RunSettings {
    RunSpec spec;
    ScanOptions scan;
    Bytes storeCapacity = 0;
};

/// Capacity of the store: 30 % of the memory limit, or of the machine's memory without one, at
/// least 75 MiB but never above 60 %, so that the processes have room beside it.
Bytes storeCapacityOf(const RunSpec& spec);

/// An unnamed file in memory that a process of the run reads its settings from.
Result<UniqueFd> writeSettings(const RunSettings& settings);
Result<RunSettings> readSettings(int fd);

/// What every process of a run does first: it ends with its parent, survives a closed
/// connection, and may open as many descriptors as the system allows.
void bindToParent();

/// The exit code of a process that was started with something else than what a driver gives.
inline constexpr int badStart = 2;

} // namespace spillway
