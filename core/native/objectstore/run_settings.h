#pragma once

#include "base/files.h"
#include "native/blocks/scan_plan.h"
#include "protocol/run_spec.h"

namespace spillway {

/// What the driver passes to its processes first.
struct RunSettings {
    RunSpec spec;
    ScanOptions scan;
    Bytes storeCapacity = 0;
};

/// Capacity of the store: 30 % of the memory limit, or of the machine's memory without one, at
/// least 75 MiB but never above 60 %, so that the processes have room beside it.
Bytes storeCapacityOf(const RunSpec& spec);

/// An anonymous in-memory file from which a process of the run reads its settings.
Result<UniqueFd> writeSettings(const RunSettings& settings);
Result<RunSettings> readSettings(int fd);

/// Called first in every process of a run: makes it end with its parent, ignore SIGPIPE on closed
/// connections, and raises its descriptor limit to the maximum.
void bindToParent();

/// The exit code of a process that was not started properly by a driver.
inline constexpr int badStart = 2;

} // namespace spillway
