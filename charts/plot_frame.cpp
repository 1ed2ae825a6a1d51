#include "charts/plot_frame.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double edge = 10;
constexpr double rightLabelExtra = 30; // gap, marker and gap before a label's text, and the edge
constexpr double largestRightShare = 0.4;

double lineHeight(const QFont& font)
{
    return std::ceil(QFontMetricsF(font).height());
}

/// The parts of a caption that fit into `width`, first ones first; the first is cut when it must.
QString fittingCaption(const QStringList& parts, const QFontMetricsF& metrics, double width)
{
    QString caption;
    for (const auto& part : parts) {
        const auto longer = caption.isEmpty() ? part : caption + QStringLiteral(" · ") + part;
        if (metrics.horizontalAdvance(longer) > width) break;
        caption = longer;
    }
    if (caption.isEmpty() && !parts.isEmpty())
        return metrics.elidedText(parts.front(), Qt::ElideRight, width);
    return caption;
}

} // namespace

ChartFonts ChartFonts::forWidth(double width)
{
    const bool large = width >= 700;
    ChartFonts fonts{QFont(QStringLiteral("DejaVu Sans")), QFont(QStringLiteral("DejaVu Sans"))};
    fonts.title.setPixelSize(large ? 15 : 13);
    fonts.title.setBold(true);
    fonts.text.setPixelSize(large ? 12 : 11);
    return fonts;
}

PlotFrame::PlotFrame(QChart& chart)
    : QGraphicsObject(&chart), chart_(chart), fonts_(ChartFonts::forWidth(0))
{
    setZValue(-0.5); // above the chart's background, behind its series
    connect(&chart, &QChart::geometryChanged, this, &PlotFrame::layOut);
}

void PlotFrame::setContent(FrameContent content, const ChartTheme& theme)
{
    content_ = std::move(content);
    theme_ = theme;
    layOut();
    update();
}

double PlotFrame::leftMargin(const QFontMetricsF& metrics) const
{
    double widest = 0;
    for (const auto& tick : content_.y.ticks)
        widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    return edge + std::ceil(widest) + 6;
}

void PlotFrame::layOut()
{
    const auto bounds = QRectF(QPointF(0, 0), chart_.size());
    if (bounds != bounds_) {
        prepareGeometryChange();
        bounds_ = bounds;
    }
    fonts_ = ChartFonts::forWidth(bounds.width());
    const QFontMetricsF metrics(fonts_.text);
    double right = content_.rightLabels.isEmpty() ? edge + 8 : 0;
    for (const auto& label : content_.rightLabels)
        right = std::max(right, metrics.horizontalAdvance(label) + rightLabelExtra);
    right = std::min(std::ceil(right), bounds.width() * largestRightShare);
    const double row = lineHeight(fonts_.text);
    double top = 6 + lineHeight(fonts_.title) + (content_.caption.isEmpty() ? 0 : row) + 10;
    if (content_.strip) top += row + 4;
    const double bottom = row + 6 + (content_.xTitle.isEmpty() ? 0 : row) + 4;
    plot_ = bounds.adjusted(leftMargin(metrics), top, -right, -bottom);
    plot_.setWidth(std::max(plot_.width(), 20.0));
    plot_.setHeight(std::max(plot_.height(), 20.0));
    chart_.setPlotArea(plot_);
    emit laidOut();
}

QRectF PlotFrame::strip() const
{
    if (!content_.strip) return {};
    const double height = lineHeight(fonts_.text) + 2;
    return {plot_.left(), plot_.top() - height - 4, plot_.width(), height};
}

QRectF PlotFrame::rightMargin() const
{
    return {plot_.right(), plot_.top(), bounds_.right() - plot_.right(), plot_.height()};
}

QPointF PlotFrame::position(double x, double y) const
{
    return {plot_.left() + content_.x.place(content_.x.clamped(x)) * plot_.width(),
            plot_.bottom() - content_.y.place(content_.y.clamped(y)) * plot_.height()};
}

void PlotFrame::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    painter->setRenderHint(QPainter::Antialiasing);
    paintHeader(*painter);
    painter->setFont(fonts_.text);
    if (!content_.message.isEmpty() && !content_.strip) {
        paintMessage(*painter);
        return;
    }
    paintShade(*painter);
    paintYAxis(*painter);
    paintXAxis(*painter);
    if (!content_.message.isEmpty()) paintMessage(*painter);
}

void PlotFrame::paintHeader(QPainter& painter) const
{
    const double width = bounds_.width() - 2 * edge;
    const QRectF title(edge, 6, width, lineHeight(fonts_.title));
    painter.setFont(fonts_.title);
    painter.setPen(theme_.text);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(fonts_.title).elidedText(content_.title, Qt::ElideRight, width));
    painter.setFont(fonts_.text);
    paintLegend(painter, edge + QFontMetricsF(fonts_.title).horizontalAdvance(content_.title) + 12);
    painter.setPen(theme_.mutedText);
    painter.drawText(QRectF(edge, title.bottom(), width, lineHeight(fonts_.text)),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     fittingCaption(content_.caption, QFontMetricsF(fonts_.text), width));
}

void PlotFrame::paintLegend(QPainter& painter, double from) const
{
    constexpr double swatch = 9;
    constexpr double extra = swatch + 5 + 14; // and the gap to the next entry
    const QFontMetricsF metrics(painter.font());
    const double row = lineHeight(fonts_.title);
    double full = 0;
    for (const auto& entry : content_.legend)
        full += metrics.horizontalAdvance(entry.text + ' ' + entry.detail) + extra;
    const bool detailed = full <= bounds_.right() - edge - from;
    double right = bounds_.right() - edge;
    for (auto entry = content_.legend.rbegin(); entry != content_.legend.rend(); ++entry) {
        const auto text = detailed ? (entry->text + ' ' + entry->detail).trimmed() : entry->text;
        const double width = metrics.horizontalAdvance(text);
        const double left = right - width - swatch - 5;
        if (left < from) return;
        painter.fillRect(QRectF(left, 6 + (row - swatch) / 2, swatch, swatch), entry->colour);
        painter.setPen(theme_.mutedText);
        painter.drawText(QRectF(left + swatch + 5, 6, width + 2, row),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        right = left - 14;
    }
}

void PlotFrame::paintShade(QPainter& painter) const
{
    if (!content_.shadeFrom) return;
    auto area = plot_;
    area.setLeft(position(*content_.shadeFrom, content_.y.low).x());
    auto shade = theme_.text;
    shade.setAlphaF(theme_.dark ? 0.07F : 0.045F);
    painter.fillRect(area, shade);
}

void PlotFrame::paintYAxis(QPainter& painter) const
{
    const double row = lineHeight(fonts_.text);
    double lastLabel = plot_.bottom() + 2 * row;
    for (const auto& tick : content_.y.ticks) {
        const double y = position(content_.x.low, tick.value).y();
        painter.setPen(QPen(theme_.grid, 1));
        painter.drawLine(QPointF(plot_.left(), y), QPointF(plot_.right(), y));
        if (lastLabel - y < row * 0.95) continue; // no room: the grid line stays
        lastLabel = y;
        painter.setPen(theme_.mutedText);
        painter.drawText(QRectF(0, y - row / 2, plot_.left() - 6, row),
                         Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
}

void PlotFrame::paintXAxis(QPainter& painter) const
{
    const double row = lineHeight(fonts_.text);
    const QFontMetricsF metrics(painter.font());
    double lastRight = -1e9;
    for (const auto& tick : content_.x.ticks) {
        const double x = position(tick.value, content_.y.low).x();
        painter.setPen(QPen(theme_.grid, 1));
        if (content_.xGrid) painter.drawLine(QPointF(x, plot_.top()), QPointF(x, plot_.bottom()));
        painter.setPen(QPen(theme_.mutedText, 1));
        painter.drawLine(QPointF(x, plot_.bottom()), QPointF(x, plot_.bottom() + 4));
        const double half = metrics.horizontalAdvance(tick.label) / 2 + 1;
        if (x - half < lastRight + 4) continue;
        lastRight = x + half;
        painter.drawText(QRectF(x - half, plot_.bottom() + 5, 2 * half, row), Qt::AlignCenter,
                         tick.label);
    }
    painter.setPen(QPen(theme_.mutedText, 1));
    painter.drawLine(plot_.bottomLeft(), plot_.bottomRight());
    paintXTitles(painter, plot_.bottom() + 5 + row, row);
}

/// The axis' title under its middle, and under the shade what the shade means; where the two would
/// meet the title moves to the left.
void PlotFrame::paintXTitles(QPainter& painter, double top, double row) const
{
    const QFontMetricsF metrics(painter.font());
    const double titleWidth = metrics.horizontalAdvance(content_.xTitle) + 2;
    QRectF title(plot_.center().x() - titleWidth / 2, top, titleWidth, row);
    if (content_.shadeFrom) {
        const double left = position(*content_.shadeFrom, content_.y.low).x();
        const double width = metrics.horizontalAdvance(content_.shadeText) + 2;
        const double centre = (left + plot_.right()) / 2;
        const QRectF shade(std::min(centre - width / 2, bounds_.right() - width - 2), top, width,
                           row);
        if (title.right() + 12 > shade.left())
            title.moveLeft(std::max(plot_.left(), shade.left() - 12 - titleWidth));
        painter.drawText(shade, Qt::AlignCenter, content_.shadeText);
    }
    painter.drawText(title, Qt::AlignCenter, content_.xTitle);
}

void PlotFrame::paintMessage(QPainter& painter) const
{
    painter.setFont(fonts_.text);
    painter.setPen(theme_.mutedText);
    const auto area = content_.strip ? plot_ : bounds_.adjusted(24, 40, -24, -12);
    const auto place =
        painter.boundingRect(area, Qt::AlignCenter | Qt::TextWordWrap, content_.message);
    painter.fillRect(place.adjusted(-6, -3, 6, 3), theme_.background);
    painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, content_.message);
}

QChart* makeBareChart(const ChartTheme& theme)
{
    auto* chart = new QChart;
    chart->legend()->hide();
    chart->setMargins(QMargins(0, 0, 0, 0));
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->setBackgroundRoundness(0);
    chart->setDropShadowEnabled(false);
    applyTheme(*chart, theme);
    return chart;
}

void applyTheme(QChart& chart, const ChartTheme& theme)
{
    chart.setBackgroundBrush(theme.background);
    chart.setBackgroundPen(Qt::NoPen);
}

} // namespace spillway
