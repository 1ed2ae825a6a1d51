#include "charts/chart_values.h"

#include "analysis/trade_off.h"
#include "charts/chart_text.h"
#include "charts/markers.h"

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
                                     ChartKind kind)
{
    const auto value = kind == ChartKind::Speedup ? cell.speedup : cell.efficiency;
    if (!value || !baseline) return std::nullopt;
    ChartPoint point;
    point.value = *value;
    const double scale = kind == ChartKind::Speedup
                             ? 1
                             : static_cast<double>(baseline->cell.workers) / cell.cell.workers;
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

std::optional<ChartPoint> chartPoint(const CellSummary& cell, const CellSummary* baseline,
                                     ChartKind kind)
{
    std::optional<ChartPoint> point;
    switch (kind) {
    case ChartKind::Runtime:
        point = measuredPoint(cell.seconds, cell.secondsRepeats);
        if (point && cell.setupSeconds) point->setup = cell.setupSeconds->median;
        break;
    case ChartKind::PeakMemory:
        point = measuredPoint(cell.peakBytes, cell.peakRepeats);
        break;
    case ChartKind::Accuracy:
        point = measuredPoint(cell.accuracy, {});
        break;
    case ChartKind::TradeOff:
        if (cell.peakBytes) point = measuredPoint(cell.seconds, {});
        if (point) point->peak = cell.peakBytes;
        break;
    case ChartKind::Speedup:
    case ChartKind::Efficiency:
        point = ratioPoint(cell, baseline, kind);
        break;
    }
    if (!point) return std::nullopt;
    point->workers = cell.cell.workers;
    point->cell = cell.cell;
    point->flags = cell.flags;
    return point;
}

/// The law fitted to the line, from the smallest to the largest worker count it was made from; the
/// ratios stand on the same baseline as the points.
std::vector<CurvePoint> curveOf(const EngineLine& line, const CellSummary* baseline, ChartKind kind)
{
    constexpr int steps = 48;
    const auto& fit = line.usl ? line.usl : line.amdahl;
    const bool ratio = kind == ChartKind::Speedup || kind == ChartKind::Efficiency;
    if (!fit || (ratio && !baseline) || (!ratio && kind != ChartKind::Runtime)) return {};
    std::vector<CurvePoint> curve;
    for (int i = 0; i <= steps; ++i) {
        const double workers =
            fit->smallest * std::pow(double(fit->largest) / fit->smallest, double(i) / steps);
        const auto seconds = fit->secondsAt(workers);
        if (seconds.low <= 0) return {}; // a band that reaches nothing says nothing
        if (!ratio) {
            curve.push_back({workers, seconds.value, seconds.low, seconds.high});
            continue;
        }
        double above = baseline->seconds->median;
        if (kind == ChartKind::Efficiency) above *= baseline->cell.workers / workers;
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

QString translated(const char* text)
{
    return QCoreApplication::translate("spillway::Chart", text);
}

TableColumn column(const char* id, const QString& title, int decimals)
{
    return {id, title.toStdString(), decimals};
}

std::vector<TableColumn> secondsColumns(TimeMeasure time)
{
    const bool work = time == TimeMeasure::Work;
    return {
        column("seconds_median",
               work ? translated("Seconds (median)") : translated("Seconds with set-up (median)"),
               3),
        column("seconds_low", translated("Low"), 3), column("seconds_high", translated("High"), 3)};
}

std::vector<TableColumn> peakColumns()
{
    return {column("peak_mb_median", translated("Peak MB (median)"), 1),
            column("peak_mb_low", translated("Low"), 1),
            column("peak_mb_high", translated("High"), 1)};
}

std::vector<TableColumn> valueColumns(ChartKind kind, TimeMeasure time)
{
    switch (kind) {
    case ChartKind::Runtime:
        return secondsColumns(time);
    case ChartKind::PeakMemory:
        return peakColumns();
    case ChartKind::TradeOff: {
        auto columns = secondsColumns(time);
        for (auto& peak : peakColumns())
            columns.push_back(std::move(peak));
        columns.push_back(column("frontier", translated("On the frontier"), 0));
        return columns;
    }
    case ChartKind::Accuracy:
        return {column("accuracy_median", translated("Accuracy (median)"), 4),
                column("accuracy_low", translated("Low"), 4),
                column("accuracy_high", translated("High"), 4)};
    case ChartKind::Efficiency:
        return {column("efficiency", translated("Efficiency"), 3)};
    case ChartKind::Speedup:
        return {column("speedup", translated("Speedup"), 3)};
    }
    return {};
}

void addInterval(std::vector<TableValue>& values, const Interval* interval, double unit)
{
    for (const auto part : {&Interval::median, &Interval::low, &Interval::high})
        values.push_back(interval ? TableValue(interval->*part / unit) : TableValue());
}

/// As valueColumns() heads them, without the frontier's.
std::vector<TableValue> pointValues(const std::optional<ChartPoint>& point, ChartKind kind)
{
    std::vector<TableValue> values;
    if (kind == ChartKind::Speedup || kind == ChartKind::Efficiency) {
        values.push_back(point ? TableValue(point->value) : TableValue());
        return values;
    }
    const double unit = kind == ChartKind::PeakMemory ? megabyte : 1;
    addInterval(values, point ? &*point->interval : nullptr, unit);
    if (kind == ChartKind::TradeOff) addInterval(values, point ? &*point->peak : nullptr, megabyte);
    return values;
}

} // namespace

ChartLine chartLine(const Comparison& comparison, const EngineLine& line, ChartKind kind)
{
    ChartLine drawn;
    drawn.title = chartText(line.name);
    drawn.engine = line.engine;
    drawn.deployable = line.deployable;
    drawn.profile = line.profile;
    drawn.unsupported = chartText(line.unsupported);
    const auto* baseline = baselineCell(comparison, line);
    const bool ratio = kind == ChartKind::Speedup || kind == ChartKind::Efficiency;
    drawn.noBaseline =
        ratio && !baseline &&
        std::any_of(line.cells.begin(), line.cells.end(), [](const auto& c) { return c.seconds; });
    drawn.curve = curveOf(line, baseline, kind);
    bool broken = true;
    for (const auto& cell : line.cells) {
        if (const auto failure = failureOf(cell)) drawn.failures.push_back(*failure);
        auto point = chartPoint(cell, baseline, kind);
        if (!point) {
            broken = true;
            continue;
        }
        if (broken || kind == ChartKind::TradeOff) drawn.segments.emplace_back();
        broken = false;
        drawn.segments.back().push_back(std::move(*point));
    }
    return drawn;
}

Table chartTable(const Comparison& comparison, ChartKind kind)
{
    Table table;
    table.title = chartTitle(kind).toStdString();
    table.columns = {
        column("engine", translated("Engine"), 0), column("profile", translated("Profile"), 0),
        column("workers", translated("Workers"), 0), column("ok_runs", translated("Runs"), 0)};
    for (auto& value : valueColumns(kind, comparison.time))
        table.columns.push_back(std::move(value));
    table.columns.push_back(column("error", translated("Did not finish"), 0));
    const auto frontier = paretoFrontier(comparison);
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells) {
            const auto ok = cell.statuses.find(RunStatus::Ok);
            std::vector<TableValue> row{line.engine, line.profile, std::int64_t(cell.cell.workers),
                                        std::int64_t(ok == cell.statuses.end() ? 0 : ok->second)};
            const auto point = chartPoint(cell, baselineCell(comparison, line), kind);
            for (auto& value : pointValues(point, kind))
                row.push_back(std::move(value));
            if (kind == ChartKind::TradeOff)
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
