#include "charts/chart_scaling.h"

#include "analysis/trade_off.h"
#include "workloads/workload_type.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

struct ScaleText {
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

/// Describes the error bars, once for the whole chart.
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
    if (covered && minMax) return ScaleText::tr("bars: 95 % interval, uncapped min–max");
    if (covered) return ScaleText::tr("bars: 95 % interval of the median");
    if (minMax) return ScaleText::tr("bars: min–max");
    return {};
}

/// Set-up is drawn where it can be seen, and as long as its stems do not cover what was measured.
/// It never sets the scale: stems of 20 s would flatten runs of 0.3 s.
void showSetup(ChartModel& model, double highest)
{
    constexpr int mostStems = 48;
    int stems = 0;
    bool cut = false;
    bool visible = false;
    for (const auto& line : model.lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment) {
                if (point.setup <= 0) continue;
                ++stems;
                visible = visible || point.setup > 0.02 * highest;
                cut = cut || point.value + point.setup > model.y.high;
            }
    model.showsSetup = visible && stems <= mostStems;
    if (model.showsSetup)
        model.caption << (cut ? ScaleText::tr("hollow stem: set-up, cut at //")
                              : ScaleText::tr("hollow stem: set-up"));
}

/// A quantity that is shown from zero, or logarithmic when its medians span more than a factor of
/// 10.
AxisScale amountScale(const Span& span, std::optional<bool> wanted, const UnitFor& unitFor,
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
    if (unit.isEmpty())
        return scale.logarithmic ? ScaleText::tr("Median, logarithmic axis")
                                 : ScaleText::tr("Median");
    return (scale.logarithmic ? ScaleText::tr("Median in %1, logarithmic axis")
                              : ScaleText::tr("Median in %1"))
        .arg(unit);
}

/// Runtime, memory and measures that are no shares.
void scaleAmount(ChartModel& model, const Span& span, const ChartOptions& options)
{
    const bool ratio = !model.ratioTo.isEmpty();
    const UnitFor unitFor = ratio ? UnitFor(ratioUnit) : unitOf(specOf(model.kind));
    model.y = amountScale(span, options.logarithmic, unitFor, model.unit);
    if (ratio) {
        for (auto& tick : model.y.ticks)
            tick.label += model.unit.name;
        model.references.push_back({QStringLiteral("1×"), 1, 1, ReferenceLine::Look::Plain});
        model.caption << (model.y.logarithmic ? ScaleText::tr("Ratio to %1, logarithmic axis")
                                              : ScaleText::tr("Ratio to %1"))
                             .arg(model.ratioTo);
    } else {
        model.caption << medianCaption(
            model.y, model.perMillionRows
                         ? ScaleText::tr("%1 per million rows").arg(model.unit.name)
                         : model.unit.name);
    }
    model.caption << intervalCaption(model.lines);
    showSetup(model, span.high);
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
        model.references.push_back({ScaleText::tr("limit %1").arg(text), value, value,
                                    ReferenceLine::Look::Limit, &scale == &model.x});
    else
        model.caption << ScaleText::tr("limit %1, beyond this scale").arg(text);
}

/// Seconds over bytes, and the cells that none beats in both.
void scaleTradeOff(ChartModel& model, const Comparison& comparison, const Span& span,
                   const Span& peaks, const ChartOptions& options)
{
    model.y = amountScale(span, options.logarithmic, timeUnit, model.unit);
    model.x = amountScale(peaks, options.logarithmic, byteUnit, model.xUnit);
    model.xTitle = (model.x.logarithmic ? ScaleText::tr("Peak memory in %1, logarithmic axis")
                                        : ScaleText::tr("Peak memory in %1"))
                       .arg(model.xUnit.name);
    for (const auto* cell : paretoFrontier(comparison))
        model.frontier.push_back(cell->cell);
    model.caption << medianCaption(model.y, model.unit.name);
    addLimit(model, model.x, model.xUnit, comparison.key.memoryLimit);
    if (model.frontier.empty()) {
        model.caption << ScaleText::tr("numbers: workers");
    } else {
        const bool beyond =
            comparison.engines.of(model.frontier.front().engine).deployable &&
            std::ranges::any_of(model.lines, [](const auto& line) { return !line.deployable; });
        model.caption << ScaleText::tr("numbers: workers; steps: frontier")
                      << (beyond ? ScaleText::tr(
                                       "frontier: no deployable engine is faster in less memory")
                                 : ScaleText::tr("frontier: nothing is faster in less memory"));
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
    model.references.push_back({ScaleText::tr("ideal"), model.x.low / baseline,
                                model.x.high / baseline, ReferenceLine::Look::Dotted});
    model.caption << QString::fromStdString(speedupFormula(comparison));
}

/// The levels of the chart's measure, those within its axis.
void addLevels(ChartModel& model, const Comparison& comparison, const Measure& measure)
{
    using Look = ReferenceLine::Look;
    for (const Level& level : comparison.levels)
        if (level.measure == measure.name && level.value >= model.y.low &&
            level.value <= model.y.high)
            model.references.push_back({ScaleText::tr(level.title.c_str()) + QLatin1Char(' ') +
                                            QString::fromStdString(valueText(measure, level.value)),
                                        level.value, level.value,
                                        level.ofData ? Look::Dotted : Look::Plain});
}

/// At least two points (0.02) of span around the data and the levels, within 0 to 1.
void scaleShare(ChartModel& model, const Comparison& comparison, const Measure& measure, Span span)
{
    for (const Level& level : comparison.levels)
        if (level.measure == measure.name) span.add(level.value);
    const double missing = std::max(0.0, 0.02 - (span.high - span.low));
    const double pad = std::max(missing / 2, (span.high - span.low) * 0.08);
    model.unit = {0.01, QStringLiteral("%")};
    model.y =
        linearScale(std::max(0.0, span.low - pad), std::min(1.0, span.high + pad), model.unit);
    for (auto& tick : model.y.ticks)
        tick.label += QStringLiteral(" %");
    addLevels(model, comparison, measure);
    const auto title = ScaleText::tr(measure.title.c_str());
    model.caption << (model.y.low > 0 ? ScaleText::tr("%1; axis not from zero").arg(title) : title)
                  << intervalCaption(model.lines);
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
        cores == 1 ? ScaleText::tr("beyond 1 core") : ScaleText::tr("beyond %1 cores").arg(cores);
}

} // namespace

UnitFor unitOf(const ChartSpec& spec)
{
    if (spec.y == ChartQuantity::PeakBytes) return byteUnit;
    if (!spec.measure) return timeUnit;
    return [name = QString::fromStdString(spec.measure->unit)](double) {
        return AxisUnit{1, name};
    };
}

AxisUnit ratioUnit(double)
{
    return {1, QStringLiteral("×")};
}

void scaleWorkers(ChartModel& model, const Comparison& comparison,
                  const std::vector<ChartLine>& reached, int usableCores)
{
    model.x = workersScale(testedWorkers(comparison.workers, reached));
    model.xTitle = ScaleText::tr("Workers");
    shadeBeyondCores(model, comparison, usableCores);
}

void scaleFigures(ChartModel& model, const Comparison& comparison,
                  const std::vector<ChartLine>& reached, const ChartOptions& options)
{
    const auto span = spanOf(reached, options.showRepeats);
    const ChartSpec& spec = specOf(model.kind);
    switch (spec.scale) {
    case ChartScale::Amount:
        if (spec.x == ChartQuantity::PeakBytes)
            return scaleTradeOff(model, comparison, span, peakSpan(reached), options);
        scaleAmount(model, span, options);
        if (spec.measure && model.ratioTo.isEmpty()) addLevels(model, comparison, *spec.measure);
        if (spec.y == ChartQuantity::PeakBytes && model.ratioTo.isEmpty())
            addLimit(model, model.y, model.unit, comparison.key.memoryLimit);
        return;
    case ChartScale::Share:
        return scaleEfficiency(model, comparison, span);
    case ChartScale::Doublings:
        return scaleSpeedup(model, comparison, span);
    case ChartScale::Detail:
        return scaleShare(model, comparison, *spec.measure, span);
    }
}

} // namespace spillway
