#pragma once

#include "work/watched_run.h"

#include <QList>
#include <QPointF>
#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The curves of the Live page, computed from a run's events and samples. x is seconds since
/// WatchedRun::startedAt.
namespace spillway {

enum class ThroughputUnit { None, Megabytes, MillionRows };

/// Rate of the timed part, from the engine's own counters: bytes read if it reports them, else
/// rows, else nothing.
struct Throughput {
    ThroughputUnit unit = ThroughputUnit::None;
    QList<QPointF> points; ///< units per second
};
Throughput throughputOf(const WatchedRun& run);
/// The first curve that the engine sends by itself, such as the best loss so far; without a name:
/// it sends none.
struct OwnCurve {
    QString name;
    QList<QPointF> points;
};
OwnCurve ownCurveOf(const WatchedRun& run);
/// Cores kept busy by the run's processes.
QList<QPointF> cpuOf(const WatchedRun& run);
/// Bytes that the engine reports as managed; empty when it never reports any.
QList<QPointF> managedOf(const WatchedRun& run);
/// Megabytes spilled to disk, cumulative; empty while there are none.
QList<QPointF> spillOf(const WatchedRun& run);

/// Whether there are enough samples to draw a memory curve.
bool hasCurve(const WatchedRun& run);
/// Where the time axis ends: the latest event or sample of the run.
Seconds endOf(const WatchedRun& run);

/// One worker's share of the tasks.
struct WorkerLoad {
    std::int64_t tasks = 0;
    bool estimated = false;     ///< scaled up, because only some of the tasks are kept
    std::optional<double> busy; ///< share of the time from the run's first task to its last, 0 … 1
    std::string lastKind;       ///< kind of its last task, empty before the first

    bool operator==(const WorkerLoad&) const = default;
};
/// One entry per worker, including those without a task yet.
std::vector<WorkerLoad> workerLoads(const WatchedRun& run);

} // namespace spillway
