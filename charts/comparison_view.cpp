#include "charts/chart_model.h"
#include "charts/comparison_chart.h"
#include "charts/comparison_overlay.h"
#include "charts/plot_frame.h"

#include <QChart>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <memory>

namespace spillway {
namespace {

/// QChartView::setChart hands the old chart back to the caller, who must delete it.
void exchangeChart(QChartView& view, QChart* chart)
{
    const std::unique_ptr<QChart> old(view.chart());
    view.setChart(chart);
    view.setBackgroundBrush(chart->backgroundBrush());
}

ComparisonOverlay* overlayOf(const QChart* chart)
{
    for (auto* item : chart->childItems())
        if (auto* object = item->toGraphicsObject())
            if (auto* overlay = qobject_cast<ComparisonOverlay*>(object)) return overlay;
    return nullptr;
}

std::optional<ComparisonOverlay::Hit> hitAt(const QChartView& view, QPoint position)
{
    const auto* overlay = overlayOf(view.chart());
    if (!overlay) return std::nullopt;
    return overlay->hitAt(view.chart()->mapFromScene(view.mapToScene(position)));
}

} // namespace

ComparisonChartView::ComparisonChartView(ChartKind kind, QWidget* parent)
    : QChartView(new QChart, parent), kind_(kind)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setMinimumSize(220, 160);
    setAccessibleName(chartTitle(kind));
    clear(tr("No finished runs yet. Points appear after the first run."));
}

void ComparisonChartView::setComparison(const Comparison& comparison, const ChartOptions& options)
{
    comparison_ = comparison;
    options_ = options;
    auto* chart = makeComparisonChart(comparison, kind_, options);
    QStringList spoken;
    auto* overlay = overlayOf(chart);
    overlay->setCrosshair(crosshair_);
    for (const auto& line : overlay->model().lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                spoken << overlay->model().describe(line, point);
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    exchangeChart(*this, chart);
}

void ComparisonChartView::clear(const QString& message)
{
    comparison_.reset();
    auto* chart = makeBareChart(options_.theme);
    auto* frame = new PlotFrame(*chart);
    FrameContent content;
    content.title = chartTitle(kind_);
    content.message = message;
    frame->setContent(content, options_.theme);
    setAccessibleDescription(message);
    exchangeChart(*this, chart);
}

// The base class's handler is not called: a click in an empty chart view can crash in it
// (QTBUG-118669), and nothing of it is needed here.
void ComparisonChartView::mousePressEvent(QMouseEvent* event)
{
    const auto hit = hitAt(*this, event->position().toPoint());
    const bool measured = hit && !hit->cell.engine.empty();
    if (measured && event->button() == Qt::LeftButton) emit cellActivated(hit->cell);
    event->accept();
}

void ComparisonChartView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && comparison_) emit enlargeRequested(kind_);
    event->accept();
}

void ComparisonChartView::mouseMoveEvent(QMouseEvent* event)
{
    const auto position = event->position().toPoint();
    const auto hit = hitAt(*this, position);
    viewport()->setCursor(hit ? Qt::PointingHandCursor : Qt::ArrowCursor);
    const bool measured = hit && !hit->cell.engine.empty();
    hover(measured ? std::optional(hit->cell) : std::nullopt);
    if (hit)
        QToolTip::showText(event->globalPosition().toPoint(), hit->text, this);
    else
        QToolTip::hideText();
    event->accept();
}

void ComparisonChartView::leaveEvent(QEvent* event)
{
    QChartView::leaveEvent(event);
    hover(std::nullopt);
}

void ComparisonChartView::hover(const std::optional<CellKey>& cell)
{
    if (cell == hovered_) return;
    hovered_ = cell;
    emit cellHovered(cell);
}

void ComparisonChartView::setCrosshair(const std::optional<CellKey>& cell)
{
    crosshair_ = cell;
    if (auto* overlay = overlayOf(chart())) overlay->setCrosshair(cell);
}

// The page of charts scrolls under the mouse: the wheel event goes to the parent.
void ComparisonChartView::wheelEvent(QWheelEvent* event)
{
    event->ignore();
}

} // namespace spillway
