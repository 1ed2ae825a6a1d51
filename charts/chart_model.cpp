#include "charts/chart_model.h"

#include "analysis/cache_start.h"
#include "charts/chart_ratios.h"
#include "charts/chart_scaling.h"
#include "charts/chart_text.h"
#include "charts/chart_values.h"
#include "charts/markers.h"
#include "charts/published_overlay.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace spillway {
namespace {

struct ChartText {
    Q_DECLARE_TR_FUNCTIONS(spillway::Chart)
};

std::vector<ChartLine> chartLines(const Comparison& comparison, const ChartSpec& spec)
{
    std::vector<ChartLine> lines;
    const EngineStyles styles(comparison.engines);
    for (const auto& line : comparison.lines) {
        lines.push_back(chartLine(comparison, line, spec));
        lines.back().style = styles.of(line.engine);
    }
    return lines;
}

/// The lines that the axes have to reach: the model's own, and those of a chart beside it.
std::vector<ChartLine> reachedLines(const ChartModel& model, const ChartOptions& options)
{
    auto lines = model.lines;
    if (!options.sameScaleAs || model.perMillionRows) return lines;
    auto beside = chartLines(*options.sameScaleAs, specOf(model.kind));
    if (!model.ratioTo.isEmpty()) intoRatios(beside, ratioUnit);
    std::ranges::move(beside, std::back_inserter(lines));
    return lines;
}

/// Describes the faint curves: the law and its parameters if there is one, else the laws' names.
QString curveCaption(const Comparison& comparison, const std::vector<ChartLine>& lines)
{
    QStringList laws;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].curve.empty()) continue;
        const auto& line = comparison.lines[i];
        laws << QString::fromStdString(describe(line.usl ? *line.usl : *line.amdahl));
    }
    if (laws.size() < 2) return laws.join(QString());
    return ChartText::tr("faint curves: fitted scaling laws with 95 % bands");
}

bool hasPoint(const std::vector<ChartLine>& lines)
{
    return std::ranges::any_of(lines, [](const auto& line) { return !line.segments.empty(); });
}

QString emptyMessage(const Comparison& comparison, const ChartModel& model)
{
    const bool ratio = specOf(model.kind).isRatio();
    bool finished = false;
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells)
            finished = finished || cell.seconds;
    if (ratio && finished && comparison.baselineWorkers)
        return *comparison.baselineWorkers == 1
                   ? ChartText::tr("No run finished with 1 worker. Choose another baseline.")
                   : ChartText::tr("No run finished with %1 workers. Choose another baseline.")
                         .arg(*comparison.baselineWorkers);
    if (model.anyFailure()) return ChartText::tr("Nothing finished.");
    return ChartText::tr("No finished runs yet. Points appear after the first run.");
}

} // namespace

bool ChartModel::anyFailure() const
{
    return std::any_of(lines.begin(), lines.end(),
                       [](const ChartLine& line) { return !line.failures.empty(); });
}

QString ChartModel::describe(const ChartLine& line, const ChartPoint& point) const
{
    const auto range = [&](const Interval& interval, const AxisUnit& in) {
        return amountText(interval.low, {in.factor, {}}) + QStringLiteral("–") +
               amountText(interval.high, {in.factor, {}});
    };
    auto text = line.title + QStringLiteral(", ") + workersLabel(point.workers) +
                QStringLiteral(": ") + amountText(point.value, unit);
    if (point.interval && point.interval->n > 1)
        text +=
            QStringLiteral(" (%1, %2)")
                .arg(range(*point.interval, unit), ChartText::tr("%1 runs").arg(point.interval->n));
    if (point.peak)
        text += '\n' + ChartText::tr("peak %1").arg(amountText(point.peak->median, xUnit));
    if (point.peak && point.peak->n > 1)
        text += QStringLiteral(" (%1)").arg(range(*point.peak, xUnit));
    if (point.setup > 0)
        text += '\n' + ChartText::tr("set-up %1").arg(amountText(point.setup, unit));
    for (const auto& flag : point.flags)
        text += QStringLiteral("\n⚑ ") + chartText(flag);
    return text;
}

ChartModel chartModel(const Comparison& comparison, ChartKind kind, const ChartOptions& options)
{
    const ChartSpec& spec = specOf(kind);
    ChartModel model;
    model.kind = kind;
    model.title = options.subject.isEmpty()
                      ? chartTitle(kind)
                      : QStringLiteral("%1 · %2").arg(chartTitle(kind),
                                                      chartText(options.subject.toStdString()));
    model.lines = chartLines(comparison, spec);
    const bool seconds = spec.y == ChartQuantity::Time;
    const bool unequalStarts = seconds && !startAlike(comparison);
    if (options.ratios && spec.isDivisible() && !unequalStarts)
        model.ratioTo = intoRatios(model.lines, unitOf(spec));
    else
        addPublished(model, comparison, options.published);
    const auto reached = reachedLines(model, options);
    if (spec.hasLines()) scaleWorkers(model, comparison, reached, options.usableCores);
    if (!hasPoint(model.lines)) {
        model.message = emptyMessage(comparison, model);
        model.y = linearScale(0, 1, {1, {}});
        model.y.ticks.clear();
        return model;
    }
    scaleFigures(model, comparison, reached, options);
    if (!model.note.isEmpty()) model.caption.insert(1, model.note);
    if (comparison.time == TimeMeasure::WithSetup && spec.isTimed())
        model.caption.insert(1, ChartText::tr("set-up included"));
    if (options.ratios && spec.isDivisible() && unequalStarts)
        model.caption.insert(
            1, ChartText::tr("no ratios: not every cell started with the same share of the "
                             "data in the page cache"));
    if (const auto count = static_cast<int>(comparison.excluded.size()); count > 0)
        model.caption.prepend(count == 1 ? ChartText::tr("1 run excluded")
                                         : ChartText::tr("%1 runs excluded").arg(count));
    model.caption << curveCaption(comparison, model.lines);
    model.caption.removeAll(QString());
    return model;
}

} // namespace spillway
