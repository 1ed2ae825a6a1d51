#include "charts/comparison_chart.h"

#include "charts/chart_model.h"
#include "charts/chart_text.h"
#include "charts/comparison_overlay.h"
#include "charts/plot_frame.h"

#include <QChart>
#include <QCoreApplication>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QValueAxis>

namespace spillway {
namespace {

/// An invisible axis that only maps values: PlotFrame draws the visible one.
void addAxis(QChart& chart, const AxisScale& scale, Qt::Alignment side)
{
    QAbstractAxis* axis = nullptr;
    if (scale.logarithmic) {
        auto* logarithmic = new QLogValueAxis;
        logarithmic->setRange(scale.low, scale.high);
        axis = logarithmic;
    } else {
        auto* linear = new QValueAxis;
        linear->setRange(scale.low, scale.high);
        axis = linear;
    }
    axis->setVisible(false);
    chart.addAxis(axis, side);
}

FrameContent frameContent(const ChartModel& model)
{
    FrameContent content;
    content.title = model.title;
    content.caption = model.caption;
    content.message = model.message;
    content.xTitle = model.xTitle;
    content.x = model.x;
    content.y = model.y;
    content.strip = model.anyFailure();
    for (const auto& line : model.lines)
        content.rightLabels << labelText(line);
    if (content.strip)
        content.rightLabels << QCoreApplication::translate("spillway::Chart", "did not finish");
    content.shadeFrom = model.coresEnd;
    content.shadeText = model.coresText;
    return content;
}

/// They hold the numbers; the overlay draws them, beside one another.
void addSeries(QChart& chart, const ChartModel& model)
{
    for (const auto& line : model.lines)
        for (const auto& segment : line.segments) {
            auto* series = new QLineSeries;
            series->setName(line.title);
            QList<QPointF> points;
            for (const auto& point : segment)
                // A value of 0 would hide the series on a logarithmic axis.
                points.append({model.x.logarithmic ? model.x.clamped(point.x()) : point.x(),
                               model.y.logarithmic ? model.y.clamped(point.value) : point.value});
            series->replace(points);
            chart.addSeries(series);
            for (auto* axis : chart.axes())
                series->attachAxis(axis);
            series->setVisible(false);
        }
}

} // namespace

QString chartFileTitle(const Comparison& comparison, ChartKind kind)
{
    return QStringLiteral("%1 · %2").arg(chartTitle(kind), chartText(comparison.datasetName));
}

QChart* makeComparisonChart(const Comparison& comparison, ChartKind kind,
                            const ChartOptions& options)
{
    auto model = chartModel(comparison, kind, options);
    auto* chart = makeBareChart(options.theme);
    addAxis(*chart, model.x, Qt::AlignBottom);
    addAxis(*chart, model.y, Qt::AlignLeft);
    addSeries(*chart, model);
    auto* frame = new PlotFrame(*chart);
    frame->setContent(frameContent(model), options.theme);
    new ComparisonOverlay(*chart, *frame, std::move(model), options.showRepeats);
    return chart;
}

} // namespace spillway
