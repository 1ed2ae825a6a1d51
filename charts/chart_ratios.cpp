#include "charts/chart_ratios.h"

#include <QCoreApplication>

#include <optional>
#include <utility>

namespace spillway {
namespace {

/// And its line.
std::optional<std::pair<const ChartLine*, const ChartPoint*>>
leastPoint(const std::vector<ChartLine>& lines)
{
    std::optional<std::pair<const ChartLine*, const ChartPoint*>> least;
    const auto rank = [](const ChartLine& line, const ChartPoint& point) {
        return std::pair(!line.deployable, point.value);
    };
    for (const ChartLine& line : lines)
        for (const auto& segment : line.segments)
            for (const ChartPoint& point : segment) {
                if (line.published || point.value <= 0) continue;
                if (!least || rank(line, point) < rank(*least->first, *least->second))
                    least = {&line, &point};
            }
    return least;
}

} // namespace

void multiply(ChartLine& line, double factor)
{
    for (CurvePoint& point : line.curve)
        for (double* const value : {&point.value, &point.low, &point.high})
            *value *= factor;
    for (auto& segment : line.segments)
        for (ChartPoint& point : segment) {
            point.value *= factor;
            point.setup *= factor;
            for (double& repeat : point.repeats)
                repeat *= factor;
            if (!point.interval) continue;
            for (const auto part : {&Interval::median, &Interval::low, &Interval::high})
                *point.interval.*part *= factor;
        }
}

QString intoRatios(std::vector<ChartLine>& lines, const UnitFor& unitFor)
{
    const auto least = leastPoint(lines);
    if (!least) return {};
    const auto& [line, point] = *least;
    const double value = point->value;
    QString name =
        QStringLiteral("%1, %2, %3")
            .arg(line->title, workersLabel(point->workers), amountText(value, unitFor(value)));
    for (ChartLine& each : lines)
        multiply(each, 1 / value);
    return name;
}

QString workersLabel(int workers)
{
    return workers == 1 ? QCoreApplication::translate("spillway::Chart", "1 worker")
                        : QCoreApplication::translate("spillway::Chart", "%1 workers").arg(workers);
}

} // namespace spillway
