#include "charts/time_plot.h"

#include <QAreaSeries>
#include <QChart>
#include <QCoreApplication>

#include <algorithm>
#include <memory>

namespace spillway {

AxisScale timeScale(double begin, double end)
{
    if (begin <= 0) end = std::max(end, 1.0);
    auto scale = linearScale(begin, end, timeUnit(std::max(end, 1.0)), 6);
    const double slack = (end - begin) * 1e-4;
    std::erase_if(scale.ticks, [=](const AxisTick& tick) {
        return tick.value < begin - slack || tick.value > end + slack;
    });
    scale.low = begin;
    scale.high = end;
    return scale;
}

TimePlot::TimePlot(QChartView& view, const QString& title)
    : view_(view),
      title_(title),
      chart_(makeBareChart(ChartTheme::light())),
      frame_(new PlotFrame(*chart_)),
      x_(new QValueAxis),
      y_(new QValueAxis)
{
    for (auto* axis : {x_, y_})
        axis->setVisible(false);
    chart_->addAxis(x_, Qt::AlignBottom);
    chart_->addAxis(y_, Qt::AlignLeft);
    const std::unique_ptr<QChart> old(view.chart());
    view.setChart(chart_);
    setTheme(ChartTheme::light());
}

void TimePlot::addBand(const QColor& fill)
{
    auto* lower = new QLineSeries(chart_);
    auto* upper = new QLineSeries(chart_);
    auto* area = new QAreaSeries(upper, lower);
    chart_->addSeries(area);
    area->attachAxis(x_);
    area->attachAxis(y_);
    area->setPen(Qt::NoPen);
    bands_.push_back({area, lower, upper});
    setBandColour(bands_.size() - 1, fill);
}

void TimePlot::setBandColour(std::size_t band, const QColor& fill)
{
    bands_[band].area->setBrush(fill);
}

void TimePlot::setBand(std::size_t band, const QList<QPointF>& lower, const QList<QPointF>& upper)
{
    bands_[band].lower->replace(lower);
    bands_[band].upper->replace(upper);
}

void TimePlot::addLine(const QPen& pen)
{
    auto* line = new QLineSeries;
    chart_->addSeries(line);
    line->attachAxis(x_);
    line->attachAxis(y_);
    lines_.push_back(line);
    setLinePen(lines_.size() - 1, pen);
}

void TimePlot::setLinePen(std::size_t line, const QPen& pen)
{
    lines_[line]->setPen(pen);
}

void TimePlot::setLine(std::size_t line, const QList<QPointF>& points)
{
    lines_[line]->replace(points);
}

void TimePlot::setAxes(double begin, double end, const AxisScale& y, const QStringList& caption,
                       const QList<LegendEntry>& legend)
{
    FrameContent content;
    content.title = title_;
    content.caption = caption;
    content.legend = legend;
    content.x = timeScale(begin, end);
    content.y = y;
    content.xTitle = QCoreApplication::translate("spillway::Chart", "Time, %1")
                         .arg(timeUnit(std::max(end, 1.0)).name);
    x_->setRange(content.x.low, content.x.high);
    y_->setRange(y.low, y.high);
    frame_->setContent(std::move(content), frame_->theme());
}

void TimePlot::showMessage(const QString& message)
{
    for (const auto& band : bands_)
        for (auto* line : {band.lower, band.upper})
            line->clear();
    for (auto* line : lines_)
        line->clear();
    FrameContent content;
    content.title = title_;
    content.message = message;
    frame_->setContent(std::move(content), frame_->theme());
}

void TimePlot::setTheme(const ChartTheme& theme)
{
    applyTheme(*chart_, theme);
    view_.setBackgroundBrush(theme.background);
    frame_->setContent(frame_->content(), theme);
}

int TimePlot::pixels() const
{
    return std::max(1, static_cast<int>(frame_->plotArea().width()));
}

} // namespace spillway
