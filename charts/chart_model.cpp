#include "charts/chart_model.h"

#include "analysis/cache_start.h"
#include "analysis/trade_off.h"
#include "charts/chart_ratios.h"
#include "charts/chart_text.h"
#include "charts/chart_values.h"
#include "charts/markers.h"
#include "charts/published_overlay.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

struct ChartText {
    Q_DECLARE_TR_FUNCTIONS(spillway::Chart)
};

struct Span {
    double low = 0;
    double high = 0;
    double lowMedian = 0;
    double highMedian = 0;
    bool empty = true;

    void add(double value)
    {
        low = empty ? value : std::min(low, value);
        high = empty ? value : std::max(high, value);
        empty = false;
    }
    void addMedian(double value)
    {
        lowMedian = empty ? value : std::min(lowMedian, value);
        highMedian = empty ? value : std::max(highMedian, value);
        add(value);
    }
    void addMedian(const Interval& interval)
    {
        addMedian(interval.median);
        add(interval.low);
        add(interval.high);
    }
};

Span spanOf(const std::vector<ChartLine>& lines, bool showRepeats)
{
    Span span;
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment) {
                span.addMedian(point.value);
                if (point.setup > 0) span.add(point.value + point.setup);
                if (point.interval) {
                    span.add(point.interval->low);
                    span.add(point.interval->high);
                }
                for (const double repeat : point.repeats)
                    if (showRepeats) span.add(repeat);
            }
    return span;
}

Span peakSpan(const std::vector<ChartLine>& lines)
{
    Span span;
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                if (point.peak) span.addMedian(*point.peak);
    return span;
}

std::vector<ChartLine> chartLines(const Comparison& comparison, ChartKind kind)
{
    std::vector<ChartLine> lines;
    const EngineStyles styles(comparison.engines);
    for (const auto& line : comparison.lines) {
        lines.push_back(chartLine(comparison, line, kind));
        lines.back().style = styles.of(line.engine);
    }
    return lines;
}

AxisUnit ratioUnit(double)
{
    return {1, QStringLiteral("×")};
}

/// The lines that the axes have to reach: the model's own, and those of a chart beside it.
std::vector<ChartLine> scaledLines(const ChartModel& model, const ChartOptions& options)
{
    auto lines = model.lines;
    if (!options.sameScaleAs || model.perMillionRows) return lines;
    auto beside = chartLines(*options.sameScaleAs, model.kind);
    if (!model.ratioTo.isEmpty()) intoRatios(beside, ratioUnit);
    std::ranges::move(beside, std::back_inserter(lines));
    return lines;
}

AxisScale workersScale(const std::vector<int>& workers)
{
    AxisScale scale{0.7, 1.4, true, {}};
    if (workers.empty()) return scale;
    const double pad = workers.size() == 1 ? 1.6 : 1.19;
    scale.low = workers.front() / pad;
    scale.high = workers.back() * pad;
    for (const int count : workers)
        scale.ticks.push_back({static_cast<double>(count), QString::number(count)});
    return scale;
}

/// The counts of this comparison and of the published curves.
std::vector<int> testedWorkers(const std::vector<int>& own, const std::vector<ChartLine>& lines)
{
    std::set<int> counts(own.begin(), own.end());
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                counts.insert(point.workers);
    return {counts.begin(), counts.end()};
}

/// What the bars through the points are, said once for the whole chart.
QString intervalCaption(const std::vector<ChartLine>& lines)
{
    bool covered = false;
    bool minMax = false;
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment) {
                if (!point.interval || point.interval->n < 2) continue;
                covered = covered || point.interval->coverage;
                minMax = minMax || !point.interval->coverage;
            }
    if (covered && minMax) return ChartText::tr("bars: 95 % interval, uncapped min–max");
    if (covered) return ChartText::tr("bars: 95 % interval of the median");
    if (minMax) return ChartText::tr("bars: min–max");
    return {};
}

/// What the faint curves are: the law and its parameters where there is one, else the laws' names.
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

bool visibleSetup(const std::vector<ChartLine>& lines, double highest)
{
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                if (point.setup > 0.02 * highest) return true;
    return false;
}

/// A quantity that is shown from zero, or logarithmic when its medians span more than a factor of
/// 10.
AxisScale amountScale(const Span& span, std::optional<bool> wanted, AxisUnit (*unitFor)(double),
                      AxisUnit& unit)
{
    const bool wide = span.lowMedian > 0 && span.highMedian > 10 * span.lowMedian;
    const bool logarithmic = wanted.value_or(wide) && span.low > 0;
    unit = unitFor(logarithmic ? std::sqrt(span.low * span.high) : span.high);
    return logarithmic ? logScale(span.low, span.high, unit)
                       : linearScale(0, span.high * 1.04, unit);
}

QString medianCaption(const AxisScale& scale, const QString& unit)
{
    return (scale.logarithmic ? ChartText::tr("Median in %1, logarithmic axis")
                              : ChartText::tr("Median in %1"))
        .arg(unit);
}

/// Runtime and memory.
void scaleAmount(ChartModel& model, const Span& span, const ChartOptions& options)
{
    const bool memory = model.kind == ChartKind::PeakMemory;
    const bool ratio = !model.ratioTo.isEmpty();
    const auto unitFor = ratio ? ratioUnit : memory ? byteUnit : timeUnit;
    model.y = amountScale(span, options.logarithmic, unitFor, model.unit);
    if (ratio) {
        for (auto& tick : model.y.ticks)
            tick.label += model.unit.name;
        model.references.push_back({QStringLiteral("1×"), 1, 1, ReferenceLine::Look::Plain});
        model.caption << (model.y.logarithmic ? ChartText::tr("Ratio to %1, logarithmic axis")
                                              : ChartText::tr("Ratio to %1"))
                             .arg(model.ratioTo);
    } else {
        model.caption << medianCaption(
            model.y, model.perMillionRows
                         ? ChartText::tr("%1 per million rows").arg(model.unit.name)
                         : model.unit.name);
    }
    model.caption << intervalCaption(model.lines);
    if (visibleSetup(model.lines, span.high)) model.caption << ChartText::tr("hollow stem: set-up");
}

/// The memory limit on `scale`, which is stretched when that takes no more than as much again.
void addLimit(ChartModel& model, AxisScale& scale, const AxisUnit& unit, std::optional<Bytes> limit)
{
    if (!limit) return;
    const auto value = static_cast<double>(*limit);
    const auto text = QString::fromStdString(formatBytes(*limit));
    if (value > scale.high && value <= 2 * scale.high && !scale.logarithmic)
        scale = linearScale(0, value, unit);
    if (value >= scale.low && value <= scale.high)
        model.references.push_back({ChartText::tr("limit %1").arg(text), value, value,
                                    ReferenceLine::Look::Limit, &scale == &model.x});
    else
        model.caption << ChartText::tr("limit %1, beyond this scale").arg(text);
}

/// Seconds over bytes, and the cells that none beats in both.
void scaleTradeOff(ChartModel& model, const Comparison& comparison, const Span& span,
                   const Span& peaks, const ChartOptions& options)
{
    model.y = amountScale(span, options.logarithmic, timeUnit, model.unit);
    model.x = amountScale(peaks, options.logarithmic, byteUnit, model.xUnit);
    model.xTitle = (model.x.logarithmic ? ChartText::tr("Peak memory in %1, logarithmic axis")
                                        : ChartText::tr("Peak memory in %1"))
                       .arg(model.xUnit.name);
    for (const auto* cell : paretoFrontier(comparison))
        model.frontier.push_back(cell->cell);
    model.caption << medianCaption(model.y, model.unit.name);
    addLimit(model, model.x, model.xUnit, comparison.key.memoryLimit);
    if (model.frontier.empty()) {
        model.caption << ChartText::tr("numbers: workers");
    } else {
        const bool beyond =
            comparison.engines.of(model.frontier.front().engine).deployable &&
            std::ranges::any_of(model.lines, [](const auto& line) { return !line.deployable; });
        model.caption << ChartText::tr("numbers: workers; steps: frontier")
                      << (beyond
                              ? ChartText::tr(
                                    "frontier: no engine one can deploy is faster in less memory")
                              : ChartText::tr("frontier: nothing is faster in less memory"));
    }
    model.caption << intervalCaption(model.lines);
}

void scaleEfficiency(ChartModel& model, const Comparison& comparison, const Span& span)
{
    model.unit = {0.01, QStringLiteral("%")};
    model.y = linearScale(0, std::max(1.2, span.high), model.unit, 6);
    for (auto& tick : model.y.ticks)
        tick.label += QStringLiteral(" %");
    model.references.push_back({{}, 1, 1, ReferenceLine::Look::Plain});
    model.caption << QString::fromStdString(efficiencyFormula(comparison));
}

void scaleSpeedup(ChartModel& model, const Comparison& comparison, const Span& span)
{
    const auto baseline = static_cast<double>(*comparison.baselineWorkers);
    const double least = comparison.workers.front() / baseline;
    const double most = comparison.workers.back() / baseline;
    model.unit = {1, QStringLiteral("×")};
    model.y =
        powerOfTwoScale(std::min(span.low, least), std::max(span.high, most), model.unit.name);
    model.references.push_back({ChartText::tr("ideal"), model.x.low / baseline,
                                model.x.high / baseline, ReferenceLine::Look::Dotted});
    model.caption << QString::fromStdString(speedupFormula(comparison));
}

/// At least two points (0.02) of span around the data and the reference lines, within 0 to 1.
void scaleAccuracy(ChartModel& model, const Comparison& comparison, Span span)
{
    if (comparison.majorityAccuracy) span.add(*comparison.majorityAccuracy);
    if (comparison.trueAccuracy) span.add(*comparison.trueAccuracy);
    const double missing = std::max(0.0, 0.02 - (span.high - span.low));
    const double pad = std::max(missing / 2, (span.high - span.low) * 0.08);
    model.unit = {0.01, QStringLiteral("%")};
    model.y =
        linearScale(std::max(0.0, span.low - pad), std::min(1.0, span.high + pad), model.unit);
    for (auto& tick : model.y.ticks)
        tick.label += QStringLiteral(" %");
    const auto percent = [](double value) { return QString::number(value * 100, 'f', 1) + " %"; };
    if (const auto value = comparison.majorityAccuracy)
        model.references.push_back(
            {ChartText::tr("always the largest class %1").arg(percent(*value)), *value, *value,
             ReferenceLine::Look::Plain});
    if (const auto value = comparison.trueAccuracy)
        model.references.push_back({ChartText::tr("true weights %1").arg(percent(*value)), *value,
                                    *value, ReferenceLine::Look::Dotted});
    model.caption << (model.y.low > 0 ? ChartText::tr("Accuracy; axis not from zero")
                                      : ChartText::tr("Accuracy"))
                  << intervalCaption(model.lines);
}

QString emptyMessage(const Comparison& comparison, const ChartModel& model)
{
    const bool ratio = model.kind == ChartKind::Speedup || model.kind == ChartKind::Efficiency;
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

void shadeBeyondCores(ChartModel& model, const Comparison& comparison, int cores)
{
    if (comparison.workers.empty() || comparison.workers.back() <= cores) return;
    double last = 0; // the largest tested count that has a core for each worker
    double next = comparison.workers.back();
    for (const int count : comparison.workers) {
        if (count <= cores) last = std::max<double>(last, count);
        if (count > cores) next = std::min<double>(next, count);
    }
    model.coresEnd = last > 0 ? std::max<double>(cores, std::sqrt(last * next)) : model.x.low;
    if (*model.coresEnd >= next) model.coresEnd = std::sqrt(last * next);
    model.coresText =
        cores == 1 ? ChartText::tr("beyond 1 core") : ChartText::tr("beyond %1 cores").arg(cores);
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
    ChartModel model;
    model.kind = kind;
    model.title = options.subject.isEmpty()
                      ? chartTitle(kind)
                      : QStringLiteral("%1 · %2").arg(chartTitle(kind),
                                                      chartText(options.subject.toStdString()));
    model.lines = chartLines(comparison, kind);
    const bool amount = kind == ChartKind::Runtime || kind == ChartKind::PeakMemory;
    const bool divisible = kind != ChartKind::Runtime || startAlike(comparison);
    if (options.ratios && amount && divisible)
        model.ratioTo = intoRatios(model.lines, kind == ChartKind::Runtime ? timeUnit : byteUnit);
    else
        addPublished(model, comparison, options.published);
    const auto scaled = scaledLines(model, options);
    if (kind != ChartKind::TradeOff) {
        model.x = workersScale(testedWorkers(comparison.workers, scaled));
        model.xTitle = ChartText::tr("Workers");
        shadeBeyondCores(model, comparison, options.usableCores);
    }
    const auto span = spanOf(scaled, options.showRepeats);
    if (spanOf(model.lines, false).empty) {
        model.message = emptyMessage(comparison, model);
        model.y = linearScale(0, 1, {1, {}});
        model.y.ticks.clear();
        return model;
    }
    switch (kind) {
    case ChartKind::Runtime:
        scaleAmount(model, span, options);
        break;
    case ChartKind::PeakMemory:
        scaleAmount(model, span, options);
        if (model.ratioTo.isEmpty())
            addLimit(model, model.y, model.unit, comparison.key.memoryLimit);
        break;
    case ChartKind::Efficiency:
        scaleEfficiency(model, comparison, span);
        break;
    case ChartKind::Speedup:
        scaleSpeedup(model, comparison, span);
        break;
    case ChartKind::Accuracy:
        scaleAccuracy(model, comparison, span);
        break;
    case ChartKind::TradeOff:
        scaleTradeOff(model, comparison, span, peakSpan(scaled), options);
        break;
    }
    if (!model.note.isEmpty()) model.caption.insert(1, model.note);
    const bool timed = kind != ChartKind::PeakMemory && kind != ChartKind::Accuracy;
    if (comparison.time == TimeMeasure::WithSetup && timed)
        model.caption.insert(1, ChartText::tr("set-up included"));
    if (options.ratios && !divisible)
        model.caption.insert(
            1, ChartText::tr("no ratios: not every cell started with the same share of the "
                             "data in the file cache"));
    model.caption << curveCaption(comparison, model.lines);
    model.caption.removeAll(QString());
    return model;
}

} // namespace spillway
