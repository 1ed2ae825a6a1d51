#pragma once

#include "charts/axis_scale.h"
#include "charts/chart_style.h"

#include <QFont>
#include <QFontMetricsF>
#include <QGraphicsObject>
#include <QStringList>

#include <optional>

class QChart;

namespace spillway {

/// A swatch and a name in the title row.
struct LegendEntry {
    QString text;
    QColor colour;
    QString detail; ///< after the text, if there is room for all entries' details
};

/// Everything around the lines of a chart.
struct FrameContent {
    QString title;
    QStringList caption; ///< most important first; what does not fit in one line is left out
    QString xTitle;
    QString message; ///< instead of axes
    AxisScale x;
    AxisScale y;
    bool xGrid = true;
    QList<LegendEntry> legend; ///< right of the title
    QStringList rightLabels;   ///< the right margin has room for a marker and the longest label
    bool strip = false;        ///< room for a "did not finish" row above the plot
    std::optional<double> shadeFrom; ///< the plot is shaded from this x on
    QString shadeText;
};

/// Sizes of one chart's text: larger charts have larger text. In pixels, so that a chart looks the
/// same at any screen resolution.
struct ChartFonts {
    QFont title;
    QFont text;
    static ChartFonts forWidth(double width);
};

/// Title, caption, axes, ticks, grid and shading of a chart, drawn behind the series: Qt Charts'
/// own axes drop or cut labels in small charts. It sets the plot area whenever the chart's geometry
/// changes, and the series follow through their (hidden) axes.
class PlotFrame : public QGraphicsObject {
    Q_OBJECT
public:
    explicit PlotFrame(QChart& chart);

    void setContent(FrameContent content, const ChartTheme& theme);
    const FrameContent& content() const { return content_; }
    const ChartTheme& theme() const { return theme_; }
    QRectF plotArea() const { return plot_; }
    /// The row above the plot for failed cells; empty if there are none.
    QRectF strip() const;
    /// The margin to the right of the plot.
    QRectF rightMargin() const;
    const ChartFonts& fonts() const { return fonts_; }
    /// Position on the chart of (x, y) in axis units, clamped to the axes.
    QPointF position(double x, double y) const;

    QRectF boundingRect() const override { return bounds_; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;

signals:
    void laidOut();

private:
    void layOut();
    double leftMargin(const QFontMetricsF& metrics) const;
    void paintHeader(QPainter& painter) const;
    void paintLegend(QPainter& painter, double from) const;
    void paintShade(QPainter& painter) const;
    void paintXAxis(QPainter& painter) const;
    void paintXTitles(QPainter& painter, double top, double row) const;
    void paintYAxis(QPainter& painter) const;
    void paintMessage(QPainter& painter) const;

    QChart& chart_;
    FrameContent content_;
    ChartTheme theme_ = ChartTheme::light();
    ChartFonts fonts_;
    QRectF bounds_;
    QRectF plot_;
};

/// A chart without Qt Charts' own title, legend, background gradient and margins, in the theme's
/// colours; the caller owns it.
QChart* makeBareChart(const ChartTheme& theme);
void applyTheme(QChart& chart, const ChartTheme& theme);

} // namespace spillway
