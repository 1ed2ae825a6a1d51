#pragma once

#include "work/watched_run.h"

#include <QList>
#include <QPointF>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the live page draws of a run, computed from what the run has told and from its samples. x
/// is seconds since WatchedRun::startedAt.
namespace spillway {

enum class ThroughputUnit { None, Megabytes, MillionRows };

/// Rate of the timed part, from the engine's own counters: bytes read when it tells them, else
/// rows, else nothing.
struct Throughput {
    ThroughputUnit unit = ThroughputUnit::None;
    QList<QPointF> points; ///< units a second
};
Throughput throughputOf(const WatchedRun& run);
/// Cores kept busy by the run's processes.
QList<QPointF> cpuOf(const WatchedRun& run);
/// Bytes that the engine manages, as it tells; empty when it never had any.
QList<QPointF> managedOf(const WatchedRun& run);
/// Megabytes written to disk for want of memory, cumulative; empty while there are none.
QList<QPointF> spillOf(const WatchedRun& run);

/// Whether there is enough to draw a curve of memory.
bool hasCurve(const WatchedRun& run);
/// Where the time axis ends: the last thing that is known of the run.
Seconds endOf(const WatchedRun& run);

/// One worker's part in the tasks.
struct WorkerLoad {
    std::int64_t tasks = 0;
    bool estimated = false;     ///< scaled up, because only some of the tasks are kept
    std::optional<double> busy; ///< share of the time from the run's first task to its last, 0 … 1
    std::string lastKind;       ///< kind of its last task, empty before the first

    bool operator==(const WorkerLoad&) const = default;
};
/// By worker, also of those without a task yet.
std::vector<WorkerLoad> workerLoads(const WatchedRun& run);

} // namespace spillway
