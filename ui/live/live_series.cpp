#include "ui/live/live_series.h"

#include "base/units.h"
#include "work/text.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

/// A rate is a mean over at least this many seconds: CPU time is counted in steps of 10 ms, and
/// engines report when it suits them.
constexpr double rateWindow = 0.25;
/// Counters that stay away for longer than this many seconds mean that nothing was read.
constexpr double silence = 1.0;

double since(const WatchedRun& run, Seconds t)
{
    return (t - run.startedAt).count();
}

/// Slopes of a cumulative figure, a point at the end of each stretch.
QList<QPointF> slopes(const QList<QPointF>& cumulative)
{
    QList<QPointF> rates;
    if (cumulative.isEmpty()) return rates;
    QPointF from = cumulative.front();
    for (const QPointF& to : cumulative) {
        const double span = to.x() - from.x();
        const bool last = &to == &cumulative.back();
        if (span < rateWindow && !(last && rates.isEmpty() && span > 0)) continue;
        const double rate = std::max(0.0, (to.y() - from.y()) / span);
        if (rates.isEmpty()) rates.append({from.x(), rate});
        rates.append({to.x(), rate});
        from = to;
    }
    return rates;
}

/// So that all charts of a run end at the same second.
void extend(QList<QPointF>& rates, double end)
{
    if (rates.isEmpty() || rates.back().x() >= end) return;
    const QPointF last = rates.back();
    if (end - last.x() <= silence) {
        rates.append({end, last.y()});
        return;
    }
    rates.append({last.x() + rateWindow, 0});
    rates.append({end, 0});
}

template <class Figure>
QList<QPointF> pointsOf(const WatchedRun& run, Figure figure, double scale)
{
    QList<QPointF> points;
    for (const CounterReading& reading : run.counters)
        if (const auto value = figure(reading.counters))
            points.append({since(run, reading.t), static_cast<double>(*value) / scale});
    return points;
}

QList<QPointF> ratesFromGo(const WatchedRun& run, QList<QPointF> points)
{
    if (points.isEmpty()) return points;
    const double go = since(run, run.goAt.value_or(run.startedAt));
    if (points.front().x() > go) points.prepend({go, 0});
    QList<QPointF> rates = slopes(points);
    extend(rates, since(run, endOf(run)));
    return rates;
}

double taskScale(const WatchedRun& run)
{
    double scale = run.taskStride;
    for (auto reading = run.counters.rbegin(); reading != run.counters.rend(); ++reading)
        if (reading->counters.tasks) {
            const double told = static_cast<double>(*reading->counters.tasks);
            scale = std::max(scale, told / static_cast<double>(run.tasks.size()));
            break;
        }
    return scale;
}

} // namespace

OwnCurve ownCurveOf(const WatchedRun& run)
{
    if (run.series.empty() || !run.goAt) return {};
    const double go = (*run.goAt - run.startedAt).count();
    OwnCurve curve{text(run.series.front().name), {}};
    for (const auto& [x, y] : run.series.front().points)
        curve.points.append({go + x, y});
    return curve;
}

Throughput throughputOf(const WatchedRun& run)
{
    const auto bytes = pointsOf(
        run, [](const CountersEvent& c) { return c.bytesRead; }, megabyte);
    if (!bytes.isEmpty()) return {ThroughputUnit::Megabytes, ratesFromGo(run, bytes)};
    const auto rows = pointsOf(
        run, [](const CountersEvent& c) { return c.rows; }, 1e6);
    if (!rows.isEmpty()) return {ThroughputUnit::MillionRows, ratesFromGo(run, rows)};
    return {};
}

QList<QPointF> cpuOf(const WatchedRun& run)
{
    QList<QPointF> used;
    for (const Sample& sample : run.samples)
        used.append({since(run, sample.t), sample.userSeconds + sample.systemSeconds});
    QList<QPointF> cores = slopes(used);
    extend(cores, since(run, endOf(run)));
    return cores;
}

QList<QPointF> managedOf(const WatchedRun& run)
{
    auto points = pointsOf(
        run, [](const CountersEvent& c) { return c.storeBytes; }, 1);
    const bool any =
        std::ranges::any_of(points, [](const QPointF& point) { return point.y() > 0; });
    return any ? points : QList<QPointF>();
}

QList<QPointF> spillOf(const WatchedRun& run)
{
    auto points = pointsOf(
        run, [](const CountersEvent& c) { return c.spilledBytes; }, megabyte);
    if (points.isEmpty() || points.back().y() <= 0) return {};
    if (points.front().x() > 0) points.prepend({0, 0});
    const double end = since(run, endOf(run));
    if (points.back().x() < end) points.append({end, points.back().y()});
    return points;
}

bool hasCurve(const WatchedRun& run)
{
    return run.samples.size() >= 2;
}

Seconds endOf(const WatchedRun& run)
{
    Seconds end = run.startedAt;
    if (!run.samples.empty()) end = std::max(end, run.samples.back().t);
    if (!run.counters.empty()) end = std::max(end, run.counters.back().t);
    if (!run.tasks.empty()) end = std::max(end, run.tasks.back().end);
    return end;
}

std::vector<WorkerLoad> workerLoads(const WatchedRun& run)
{
    std::vector<WorkerLoad> loads(static_cast<std::size_t>(std::max(1, run.run.cell.workers)));
    if (run.tasks.empty()) return loads;
    std::vector<Seconds> busy(loads.size());
    std::vector<Seconds> lastEnd(loads.size());
    Seconds first = run.tasks.front().begin;
    Seconds last = run.tasks.front().end;
    for (const TaskSpan& task : run.tasks) {
        const auto worker = static_cast<std::size_t>(task.worker);
        if (task.worker < 0 || worker >= loads.size()) continue;
        first = std::min(first, task.begin);
        last = std::max(last, task.end);
        ++loads[worker].tasks;
        busy[worker] += task.end - task.begin;
        if (task.end < lastEnd[worker]) continue;
        lastEnd[worker] = task.end;
        loads[worker].lastKind = task.kind;
    }
    const double scale = taskScale(run);
    for (std::size_t i = 0; i < loads.size(); ++i) {
        loads[i].estimated = scale > 1;
        loads[i].tasks = std::llround(static_cast<double>(loads[i].tasks) * scale);
        if (last > first) loads[i].busy = std::min(1.0, busy[i] * scale / (last - first));
    }
    return loads;
}

} // namespace spillway
