#include "charts/chart_spec.h"

#include "workloads/workload_type.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

#define IN_CHARTS(text) QT_TRANSLATE_NOOP("spillway::Chart", text)

constexpr std::array secondsColumns{
    ChartColumn{secondsMedianColumn, IN_CHARTS("Seconds (median)"), 3},
    ChartColumn{"seconds_low", IN_CHARTS("Low"), 3},
    ChartColumn{"seconds_high", IN_CHARTS("High"), 3}};
constexpr std::array peakColumns{ChartColumn{"peak_mb_median", IN_CHARTS("Peak MB (median)"), 1},
                                 ChartColumn{"peak_mb_low", IN_CHARTS("Low"), 1},
                                 ChartColumn{"peak_mb_high", IN_CHARTS("High"), 1}};
constexpr std::array efficiencyColumns{ChartColumn{"efficiency", IN_CHARTS("Efficiency"), 3}};
constexpr std::array speedupColumns{ChartColumn{"speedup", IN_CHARTS("Speedup"), 3}};
constexpr std::array accuracyColumns{
    ChartColumn{"accuracy_median", IN_CHARTS("Accuracy (median)"), 4},
    ChartColumn{"accuracy_low", IN_CHARTS("Low"), 4},
    ChartColumn{"accuracy_high", IN_CHARTS("High"), 4}};
constexpr std::array tradeOffColumns{secondsColumns[0],
                                     secondsColumns[1],
                                     secondsColumns[2],
                                     peakColumns[0],
                                     peakColumns[1],
                                     peakColumns[2],
                                     ChartColumn{"frontier", IN_CHARTS("On the frontier"), 0}};

constexpr std::array specs{
    ChartSpec{ChartKind::Runtime, "runtime", IN_CHARTS("Runtime"), ChartQuantity::Workers,
              ChartQuantity::Time, ChartScale::Amount, secondsColumns,
              PublishedFigure::SecondsPerMillionRows},
    ChartSpec{ChartKind::PeakMemory, "peak-memory", IN_CHARTS("Peak memory"),
              ChartQuantity::Workers, ChartQuantity::PeakBytes, ChartScale::Amount, peakColumns,
              std::nullopt},
    ChartSpec{ChartKind::Efficiency, "efficiency", IN_CHARTS("Efficiency"), ChartQuantity::Workers,
              ChartQuantity::Efficiency, ChartScale::Share, efficiencyColumns,
              PublishedFigure::Efficiency},
    ChartSpec{ChartKind::Speedup, "speedup", IN_CHARTS("Speedup"), ChartQuantity::Workers,
              ChartQuantity::Speedup, ChartScale::Doublings, speedupColumns,
              PublishedFigure::Speedup},
    ChartSpec{ChartKind::Accuracy, "accuracy", IN_CHARTS("Accuracy"), ChartQuantity::Workers,
              ChartQuantity::Accuracy, ChartScale::Detail, accuracyColumns,
              PublishedFigure::Accuracy},
    ChartSpec{ChartKind::TradeOff, "trade-off", IN_CHARTS("Time and memory"),
              ChartQuantity::PeakBytes, ChartQuantity::Time, ChartScale::Amount, tradeOffColumns,
              std::nullopt}};

} // namespace

std::span<const ChartSpec> chartSpecs()
{
    return specs;
}

const ChartSpec& specOf(ChartKind kind)
{
    return *std::ranges::find(specs, kind, &ChartSpec::kind);
}

QList<ChartKind> chartKinds(const Workload& workload)
{
    QList<ChartKind> kinds;
    for (const auto& id : typeOf(workload).charts)
        if (const auto kind = chartKindFromId(QString::fromStdString(id))) kinds.append(*kind);
    return kinds;
}

QString chartTitle(ChartKind kind)
{
    return QCoreApplication::translate("spillway::Chart", specOf(kind).title);
}

QString chartId(ChartKind kind)
{
    return QString::fromLatin1(specOf(kind).id);
}

std::optional<ChartKind> chartKindFromId(const QString& id)
{
    for (const auto& spec : specs)
        if (id == QLatin1String(spec.id)) return spec.kind;
    return std::nullopt;
}

std::string chartIds(std::string_view separator)
{
    std::string ids;
    for (const auto& spec : specs)
        ids.append(ids.empty() ? "" : separator).append(spec.id);
    return ids;
}

} // namespace spillway
