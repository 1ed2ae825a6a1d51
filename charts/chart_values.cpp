#include "charts/chart_values.h"

#include "analysis/trade_off.h"
#include "charts/chart_text.h"
#include "charts/markers.h"
#include "workloads/workload_type.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

const CellSummary* baselineCell(const Comparison& comparison, const EngineLine& line)
{
    for (const auto& cell : line.cells)
        if (comparison.baselineWorkers && cell.cell.workers == *comparison.baselineWorkers &&
            cell.seconds)
            return &cell;
    return nullptr;
}

/// The median ratio, with a dot for each repeat against the baseline's median.
std::optional<ChartPoint> ratioPoint(const CellSummary& cell, const CellSummary* baseline,
                                     ChartQuantity quantity)
{
    const bool speedup = quantity == ChartQuantity::Speedup;
    const auto value = speedup ? cell.speedup : cell.efficiency;
    if (!value || !baseline) return std::nullopt;
    ChartPoint point;
    point.value = *value;
    const double scale =
        speedup ? 1 : static_cast<double>(baseline->cell.workers) / cell.cell.workers;
    for (const double seconds : cell.secondsRepeats)
        if (seconds > 0) point.repeats.push_back(baseline->seconds->median / seconds * scale);
    return point;
}

std::optional<ChartPoint> measuredPoint(const std::optional<Interval>& interval,
                                        const std::vector<double>& repeats)
{
    if (!interval) return std::nullopt;
    ChartPoint point;
    point.value = interval->median;
    point.interval = interval;
    point.repeats = repeats;
    return point;
}

/// A runtime on a line has the set-up on top of it; beside its peak it stands alone.
std::optional<ChartPoint> secondsPoint(const CellSummary& cell, const ChartSpec& spec)
{
    if (spec.hasLines()) {
        auto point = measuredPoint(cell.seconds, cell.secondsRepeats);
        if (point && cell.setupSeconds) point->setup = cell.setupSeconds->median;
        return point;
    }
    if (!cell.peakBytes) return std::nullopt;
    auto point = measuredPoint(cell.seconds, {});
    if (point) point->peak = cell.peakBytes;
    return point;
}

std::optional<ChartPoint> valueOf(const CellSummary& cell, const CellSummary* baseline,
                                  const ChartSpec& spec)
{
    switch (spec.y) {
    case ChartQuantity::Time:
        return secondsPoint(cell, spec);
    case ChartQuantity::PeakBytes:
        return measuredPoint(cell.peakBytes, cell.peakRepeats);
    case ChartQuantity::Measure:
        return measuredPoint(cell.measure(spec.measure->name), {});
    case ChartQuantity::Speedup:
    case ChartQuantity::Efficiency:
        return ratioPoint(cell, baseline, spec.y);
    case ChartQuantity::Workers:
        break;
    }
    return std::nullopt;
}

std::optional<ChartPoint> chartPoint(const CellSummary& cell, const CellSummary* baseline,
                                     const ChartSpec& spec)
{
    auto point = valueOf(cell, baseline, spec);
    if (!point) return std::nullopt;
    point->workers = cell.cell.workers;
    point->cell = cell.cell;
    point->flags = cell.flags;
    return point;
}

/// The law fitted to the line, from the smallest to the largest worker count it was made from; the
/// ratios stand on the same baseline as the points.
std::vector<CurvePoint> curveOf(const EngineLine& line, const CellSummary* baseline,
                                const ChartSpec& spec)
{
    constexpr int steps = 48;
    const auto& fit = line.usl ? line.usl : line.amdahl;
    const bool ratio = spec.isRatio();
    if (!fit || !spec.hasLines() || !spec.isTimed() || (ratio && !baseline)) return {};
    std::vector<CurvePoint> curve;
    for (int i = 0; i <= steps; ++i) {
        const double workers =
            fit->smallest * std::pow(double(fit->largest) / fit->smallest, double(i) / steps);
        const auto seconds = fit->secondsAt(workers);
        if (seconds.low <= 0) return {}; // an unbounded band carries no information
        if (!ratio) {
            curve.push_back({workers, seconds.value, seconds.low, seconds.high});
            continue;
        }
        double above = baseline->seconds->median;
        if (spec.y == ChartQuantity::Efficiency) above *= baseline->cell.workers / workers;
        curve.push_back(
            {workers, above / seconds.value, above / seconds.high, above / seconds.low});
    }
    return curve;
}

std::optional<ChartFailure> failureOf(const CellSummary& cell)
{
    std::optional<ChartFailure> failure;
    for (const auto& [status, count] : cell.statuses)
        if (isFailure(status) && count > 0 && (!failure || count > failure->count))
            failure = ChartFailure{cell.cell.workers, status, count, {}, cell.cell};
    if (failure && cell.firstError) failure->message = chartText(cell.firstError->message);
    return failure;
}

QString translated(const std::string& text)
{
    return QCoreApplication::translate("spillway::Chart", text.c_str());
}

TableColumn column(const char* id, const QString& title, int decimals)
{
    return {id, title.toStdString(), decimals};
}

TableColumn columnOf(const ChartColumn& column, TimeMeasure time)
{
    const bool withSetup = time == TimeMeasure::WithSetup && column.id == secondsMedianColumn;
    return {column.id,
            (withSetup ? translated("Seconds with set-up (median)") : translated(column.title))
                .toStdString(),
            column.decimals};
}

void addInterval(std::vector<TableValue>& values, const Interval* interval, double unit)
{
    for (const auto part : {&Interval::median, &Interval::low, &Interval::high})
        values.push_back(interval ? TableValue(interval->*part / unit) : TableValue());
}

/// As the spec's columns head them, without the frontier's.
std::vector<TableValue> pointValues(const std::optional<ChartPoint>& point, const ChartSpec& spec)
{
    std::vector<TableValue> values;
    if (spec.isRatio()) {
        values.push_back(point ? TableValue(point->value) : TableValue());
        return values;
    }
    const double unit = spec.y == ChartQuantity::PeakBytes ? megabyte : 1;
    addInterval(values, point ? &*point->interval : nullptr, unit);
    if (spec.x == ChartQuantity::PeakBytes)
        addInterval(values, point ? &*point->peak : nullptr, megabyte);
    return values;
}

} // namespace

ChartLine chartLine(const Comparison& comparison, const EngineLine& line, const ChartSpec& spec)
{
    ChartLine drawn;
    drawn.title = chartText(line.name);
    drawn.engine = line.engine;
    drawn.deployable = line.deployable;
    drawn.profile = line.profile;
    drawn.format = line.format;
    drawn.unsupported = chartText(line.unsupported);
    const auto* baseline = baselineCell(comparison, line);
    drawn.noBaseline =
        spec.isRatio() && !baseline &&
        std::any_of(line.cells.begin(), line.cells.end(), [](const auto& c) { return c.seconds; });
    drawn.curve = curveOf(line, baseline, spec);
    bool broken = true;
    for (const auto& cell : line.cells) {
        if (const auto failure = failureOf(cell)) drawn.failures.push_back(*failure);
        auto point = chartPoint(cell, baseline, spec);
        if (!point) {
            broken = true;
            continue;
        }
        if (broken || !spec.hasLines()) drawn.segments.emplace_back();
        broken = false;
        drawn.segments.back().push_back(std::move(*point));
    }
    return drawn;
}

Table chartTable(const Comparison& comparison, ChartKind kind)
{
    const ChartSpec& spec = specOf(kind);
    Table table;
    table.title = chartTitle(kind).toStdString();
    table.columns = {
        column("engine", translated("Engine"), 0), column("profile", translated("Profile"), 0),
        column("format", translated("Format"), 0), column("workers", translated("Workers"), 0),
        column("ok_runs", translated("Runs"), 0)};
    for (const auto& value : spec.columns)
        table.columns.push_back(columnOf(value, comparison.time));
    table.columns.push_back(column("error", translated("Did not finish"), 0));
    const auto frontier = paretoFrontier(comparison);
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells) {
            const auto ok = cell.statuses.find(RunStatus::Ok);
            std::vector<TableValue> row{line.engine, line.profile, std::string(name(line.format)),
                                        std::int64_t(cell.cell.workers),
                                        std::int64_t(ok == cell.statuses.end() ? 0 : ok->second)};
            const auto point = chartPoint(cell, baselineCell(comparison, line), spec);
            for (auto& value : pointValues(point, spec))
                row.push_back(std::move(value));
            if (spec.x == ChartQuantity::PeakBytes)
                row.emplace_back(std::string(
                    std::ranges::find(frontier, &cell) != frontier.end() ? "yes" : "no"));
            const auto failure = failureOf(cell);
            row.push_back(failure ? TableValue(failureTitle(failure->status).toStdString())
                                  : TableValue());
            table.rows.push_back(std::move(row));
        }
    return table;
}

} // namespace spillway
