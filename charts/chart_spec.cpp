#include "charts/chart_spec.h"

#include "workloads/workload_type.h"

#include <QCoreApplication>

#include <algorithm>

namespace spillway {
namespace {

#define IN_CHARTS(text) QT_TRANSLATE_NOOP("spillway::Chart", text)

using Columns = std::vector<ChartColumn>;

/// A median with its interval.
Columns intervalColumns(const std::string& name, const std::string& median, int decimals)
{
    return {{name + "_median", median, decimals},
            {name + "_low", IN_CHARTS("Low"), decimals},
            {name + "_high", IN_CHARTS("High"), decimals}};
}

Columns together(Columns columns, const Columns& more)
{
    columns.insert(columns.end(), more.begin(), more.end());
    return columns;
}

ChartSpec measureSpec(const Measure& measure, ChartKind kind)
{
    return {kind,
            dashed(measure.name),
            measure.title,
            ChartQuantity::Workers,
            ChartQuantity::Measure,
            measure.share ? ChartScale::Detail : ChartScale::Amount,
            intervalColumns(measure.name, titleOf(measure) + " (median)", measure.decimals),
            publishedFigure(measure.name),
            &measure};
}

std::vector<ChartSpec> makeSpecs()
{
    const Columns seconds = intervalColumns("seconds", IN_CHARTS("Seconds (median)"), 3);
    const Columns peaks = intervalColumns("peak_mb", IN_CHARTS("Peak MB (median)"), 1);
    std::vector<ChartSpec> specs{
        {ChartKind::Runtime, "runtime", IN_CHARTS("Runtime"), ChartQuantity::Workers,
         ChartQuantity::Time, ChartScale::Amount, seconds, PublishedFigure::SecondsPerMillionRows},
        {ChartKind::PeakMemory, "peak-memory", IN_CHARTS("Peak memory"), ChartQuantity::Workers,
         ChartQuantity::PeakBytes, ChartScale::Amount, peaks, std::nullopt},
        {ChartKind::Efficiency,
         "efficiency",
         IN_CHARTS("Efficiency"),
         ChartQuantity::Workers,
         ChartQuantity::Efficiency,
         ChartScale::Share,
         {{"efficiency", IN_CHARTS("Efficiency"), 3}},
         PublishedFigure::Efficiency},
        {ChartKind::Speedup,
         "speedup",
         IN_CHARTS("Speedup"),
         ChartQuantity::Workers,
         ChartQuantity::Speedup,
         ChartScale::Doublings,
         {{"speedup", IN_CHARTS("Speedup"), 3}},
         PublishedFigure::Speedup},
        {ChartKind::TradeOff, "trade-off", IN_CHARTS("Time and memory"), ChartQuantity::PeakBytes,
         ChartQuantity::Time, ChartScale::Amount,
         together(together(seconds, peaks), {{"frontier", IN_CHARTS("On the frontier"), 0}}),
         std::nullopt}};
    for (const WorkloadType* type : workloadTypes())
        for (const std::string& id : type->charts) {
            const auto measure = std::ranges::find(type->measures, id,
                                                   [](const Measure& m) { return dashed(m.name); });
            const bool there = std::ranges::find(specs, id, &ChartSpec::id) != specs.end();
            if (measure != type->measures.end() && !there)
                specs.push_back(measureSpec(*measure, static_cast<ChartKind>(specs.size())));
        }
    return specs;
}

} // namespace

std::span<const ChartSpec> chartSpecs()
{
    static const std::vector<ChartSpec> specs = makeSpecs();
    return specs;
}

const ChartSpec& specOf(ChartKind kind)
{
    return chartSpecs()[static_cast<std::size_t>(kind)];
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
    return QCoreApplication::translate("spillway::Chart", specOf(kind).title.c_str());
}

QString chartId(ChartKind kind)
{
    return QString::fromStdString(specOf(kind).id);
}

std::optional<ChartKind> chartKindFromId(const QString& id)
{
    for (const auto& spec : chartSpecs())
        if (id.toStdString() == spec.id) return spec.kind;
    return std::nullopt;
}

std::string chartIds(std::string_view separator)
{
    std::string ids;
    for (const auto& spec : chartSpecs())
        ids.append(ids.empty() ? "" : separator).append(spec.id);
    return ids;
}

} // namespace spillway
