#pragma once

#include "charts/plot_frame.h"

#include <QAreaSeries>
#include <QChartView>
#include <QLineSeries>
#include <QValueAxis>

namespace spillway {

/// The bare chart of a live view: time to the right, axes that follow, and areas and lines that are
/// replaced as a whole once per tick. The view's chart owns its items.
class TimePlot {
public:
    TimePlot(QChartView& view, const QString& title);

    void setTitle(const QString& title) { title_ = title; } ///< drawn with the next content
    /// A filled band between two curves. Both are replaced by setBand.
    void addBand(const QColor& fill);
    void setBandColour(std::size_t band, const QColor& fill);
    void setBand(std::size_t band, const QList<QPointF>& lower, const QList<QPointF>& upper);
    void addLine(const QPen& pen);
    void setLinePen(std::size_t line, const QPen& pen);
    void setLine(std::size_t line, const QList<QPointF>& points);

    /// Axes from `begin` to `end` seconds and over `y`; the title stays.
    void setAxes(double begin, double end, const AxisScale& y, const QStringList& caption,
                 const QList<LegendEntry>& legend);
    void showMessage(const QString& message);
    void setTheme(const ChartTheme& theme);
    const ChartTheme& theme() const { return frame_->theme(); }
    /// Width of the time axis in pixels.
    int pixels() const;
    /// Where the curves are drawn, in the view's viewport.
    QRectF plotArea() const { return frame_->plotArea(); }

private:
    struct Band {
        QAreaSeries* area = nullptr;
        QLineSeries* lower = nullptr;
        QLineSeries* upper = nullptr;
    };

    QChartView& view_;
    QString title_;
    QChart* chart_ = nullptr;
    PlotFrame* frame_ = nullptr;
    QValueAxis* x_ = nullptr;
    QValueAxis* y_ = nullptr;
    std::vector<Band> bands_;
    std::vector<QLineSeries*> lines_;
};

/// From `begin` to `end` seconds, at least one second when it begins at 0, with round ticks between
/// them and no rounding of the axis itself.
AxisScale timeScale(double begin, double end);

} // namespace spillway
