#include "charts/chart_model.h"

#include "analysis/engine_names.h"
#include "charts/chart_values.h"
#include "charts/markers.h"
#include "charts/published_overlay.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

QString tr(const char* text, int count = -1)
{
    return QCoreApplication::translate("spillway::Chart", text, nullptr, count);
}

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
};

Span spanOf(const std::vector<ChartLine>& lines, bool showRepeats)
{
    Span span;
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment) {
                span.lowMedian = span.empty ? point.value : std::min(span.lowMedian, point.value);
                span.highMedian = span.empty ? point.value : std::max(span.highMedian, point.value);
                span.add(point.value);
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
    if (covered && minMax) return tr("bars: 95 % interval, uncapped min–max");
    if (covered) return tr("bars: 95 % interval of the median");
    if (minMax) return tr("bars: min–max");
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
    return tr("faint curves: fitted scaling laws with 95 % bands");
}

bool visibleSetup(const std::vector<ChartLine>& lines, double highest)
{
    for (const auto& line : lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                if (point.setup > 0.02 * highest) return true;
    return false;
}

/// Runtime and memory: from zero, or logarithmic when the medians span more than a factor of 10.
void scaleAmount(ChartModel& model, const Span& span, const ChartOptions& options)
{
    const bool wide = span.lowMedian > 0 && span.highMedian > 10 * span.lowMedian;
    const bool logarithmic = options.logarithmic.value_or(wide) && span.low > 0;
    const double size = logarithmic ? std::sqrt(span.low * span.high) : span.high;
    model.unit = model.kind == ChartKind::PeakMemory ? byteUnit(size) : timeUnit(size);
    model.y = logarithmic ? logScale(span.low, span.high, model.unit)
                          : linearScale(0, span.high * 1.04, model.unit);
    const QString unit =
        model.perMillionRows ? tr("%1 per million rows").arg(model.unit.name) : model.unit.name;
    model.caption
        << (logarithmic ? tr("Median in %1, logarithmic axis") : tr("Median in %1")).arg(unit);
    model.caption << intervalCaption(model.lines);
    if (visibleSetup(model.lines, span.high)) model.caption << tr("hollow stem: set-up");
}

void addLimit(ChartModel& model, std::optional<Bytes> limit)
{
    if (!limit) return;
    const auto value = static_cast<double>(*limit);
    const auto text = QString::fromStdString(formatBytes(*limit));
    if (value > model.y.high && value <= 2 * model.y.high && !model.y.logarithmic)
        model.y = linearScale(0, value, model.unit);
    if (value >= model.y.low && value <= model.y.high)
        model.references.push_back(
            {tr("limit %1").arg(text), value, value, ReferenceLine::Look::Limit});
    else
        model.caption << tr("limit %1, beyond this scale").arg(text);
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
    model.references.push_back({tr("ideal"), model.x.low / baseline, model.x.high / baseline,
                                ReferenceLine::Look::Dotted});
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
        model.references.push_back({tr("always the largest class %1").arg(percent(*value)), *value,
                                    *value, ReferenceLine::Look::Plain});
    if (const auto value = comparison.trueAccuracy)
        model.references.push_back({tr("true weights %1").arg(percent(*value)), *value, *value,
                                    ReferenceLine::Look::Dotted});
    model.caption << (model.y.low > 0 ? tr("Accuracy; axis not from zero") : tr("Accuracy"))
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
                   ? tr("No run finished with 1 worker. Choose another baseline.")
                   : tr("No run finished with %1 workers. Choose another baseline.")
                         .arg(*comparison.baselineWorkers);
    if (model.anyFailure()) return tr("Nothing finished.");
    return tr("No finished runs yet. Points appear after the first run.");
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
    model.coresText = cores == 1 ? tr("beyond 1 core") : tr("beyond %1 cores").arg(cores);
}

} // namespace

bool ChartModel::anyFailure() const
{
    return std::any_of(lines.begin(), lines.end(),
                       [](const ChartLine& line) { return !line.failures.empty(); });
}

QString ChartModel::describe(const ChartLine& line, const ChartPoint& point) const
{
    const auto number = [this](double value) {
        const double shown = value / unit.factor;
        return QString::number(shown, 'f', shown < 10 ? 2 : shown < 100 ? 1 : 0);
    };
    auto text = line.title + QStringLiteral(", ") +
                (point.workers == 1 ? tr("1 worker") : tr("%1 workers").arg(point.workers)) +
                QStringLiteral(": ") + number(point.value) + ' ' + unit.name;
    if (point.interval && point.interval->n > 1)
        text += QStringLiteral(" (%1–%2, %3)")
                    .arg(number(point.interval->low), number(point.interval->high),
                         tr("%1 runs").arg(point.interval->n));
    if (point.setup > 0) text += '\n' + tr("set-up %1 %2").arg(number(point.setup), unit.name);
    for (const auto& flag : point.flags)
        text += QStringLiteral("\n⚑ ") + QString::fromStdString(flag);
    return text;
}

ChartModel chartModel(const Comparison& comparison, ChartKind kind, const ChartOptions& options)
{
    ChartModel model;
    model.kind = kind;
    model.title = chartTitle(kind);
    for (const auto& line : comparison.lines)
        model.lines.push_back(chartLine(comparison, line, kind));
    if (options.published) addPublished(model, comparison, *options.published);
    model.x = workersScale(testedWorkers(comparison.workers, model.lines));
    shadeBeyondCores(model, comparison, options.usableCores);
    const auto span = spanOf(model.lines, options.showRepeats);
    if (span.empty) {
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
        addLimit(model, comparison.key.memoryLimit);
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
    }
    if (!model.note.isEmpty()) model.caption.insert(1, model.note);
    model.caption << curveCaption(comparison, model.lines);
    model.caption.removeAll(QString());
    return model;
}

} // namespace spillway
