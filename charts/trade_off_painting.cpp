#include "charts/comparison_overlay.h"
#include "charts/markers.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr double glyphGap = 8;
constexpr double labelDistance = 4; ///< between a marker and its worker count

/// Where a label may stand beside a point, the best place first.
constexpr std::array<QPointF, 8> sides{
    {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {-1, -1}, {1, 1}, {-1, 1}}};

bool isFree(const QRectF& rect, const std::vector<QRectF>& taken)
{
    return std::ranges::none_of(taken, [&](const QRectF& other) { return other.intersects(rect); });
}

} // namespace

std::vector<const ChartPoint*> ComparisonOverlay::frontierPoints() const
{
    std::vector<const ChartPoint*> points;
    for (const auto& cell : model_.frontier)
        for (const auto& line : model_.lines)
            for (const auto& segment : line.segments)
                for (const auto& point : segment)
                    if (point.cell == cell) points.push_back(&point);
    return points;
}

/// Down from the top to the first point, then from each point at its seconds to the next one's
/// memory: everything above and to the right is dominated.
QPolygonF ComparisonOverlay::frontierSteps() const
{
    QPolygonF steps;
    const auto points = frontierPoints();
    if (points.empty()) return steps;
    const auto plot = frame_.plotArea();
    steps << QPointF(place(*points.front()).x(), plot.top());
    for (const auto* point : points) {
        const auto at = place(*point);
        steps << QPointF(at.x(), steps.back().y()) << at;
    }
    steps << QPointF(plot.right(), steps.back().y());
    return steps;
}

void ComparisonOverlay::paintFrontier(QPainter& painter) const
{
    auto ink = frame_.theme().text;
    ink.setAlphaF(0.55F);
    painter.setPen(QPen(ink, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(frontierSteps());
}

/// The frontier's points come first; where points are crowded a label that would cover another, a
/// marker or the frontier is left out: the tool tip and the table tell it.
void ComparisonOverlay::placePointLabels()
{
    pointLabels_.clear();
    if (specOf(model_.kind).hasLines()) return;
    auto points = frontierPoints();
    std::vector<QRectF> taken;
    const double half = markerSize() / 2;
    for (const auto& line : model_.lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment) {
                taken.emplace_back(place(point) - QPointF(half, half), QSizeF(2 * half, 2 * half));
                if (std::ranges::find(points, &point) == points.end()) points.push_back(&point);
            }
    const auto steps = frontierSteps();
    for (qsizetype i = 1; i < steps.size(); ++i)
        taken.push_back(QRectF(steps[i - 1], steps[i]).normalized().adjusted(-1, -1, 1, 1));
    const QFontMetricsF metrics(frame_.fonts().text);
    for (const auto* point : points) {
        const auto text = QString::number(point->workers);
        QRectF rect({}, QSizeF(metrics.horizontalAdvance(text), metrics.ascent()));
        for (const auto side : sides) {
            rect.moveCenter(place(*point) +
                            QPointF(side.x() * (half + labelDistance + rect.width() / 2),
                                    side.y() * (half + labelDistance + rect.height() / 2)));
            if (!frame_.plotArea().contains(rect) || !isFree(rect, taken)) continue;
            taken.push_back(rect);
            pointLabels_.push_back({text, rect});
            break;
        }
    }
}

void ComparisonOverlay::paintPointLabels(QPainter& painter) const
{
    painter.setPen(frame_.theme().text);
    for (const auto& label : pointLabels_)
        painter.drawText(label.rect, Qt::AlignCenter | Qt::TextDontClip, label.text);
}

std::vector<QRectF> ComparisonOverlay::pointLabelRects() const
{
    std::vector<QRectF> rects;
    for (const auto& label : pointLabels_)
        rects.push_back(label.rect);
    return rects;
}

/// The x axis tells no worker counts: they stand beside the marks, where there is room.
void ComparisonOverlay::placeGlyphsInARow()
{
    const auto strip = frame_.strip();
    const QFontMetricsF metrics(frame_.fonts().text);
    double width = 0;
    for (std::size_t i = 0; i < model_.lines.size(); ++i)
        for (const auto& failure : model_.lines[i].failures) {
            glyphs_.push_back({i, &failure, {}, QString::number(failure.workers)});
            width += 1.5 * failureGlyphSize + metrics.horizontalAdvance(glyphs_.back().workers) +
                     glyphGap;
        }
    const bool roomy = width <= strip.width();
    const double step = std::min(failureGlyphSize + glyphGap,
                                 strip.width() / static_cast<double>(glyphs_.size() + 1));
    double x = strip.left() + failureGlyphSize;
    for (auto& glyph : glyphs_) {
        glyph.centre = {x, strip.center().y()};
        x += roomy ? 1.5 * failureGlyphSize + metrics.horizontalAdvance(glyph.workers) + glyphGap
                   : step;
        if (!roomy) glyph.workers.clear();
    }
}

/// Beside the line, at `share` of its height.
QRectF ComparisonOverlay::uprightTitleRect(const ReferenceLine& reference, QSizeF size,
                                           double share, double side) const
{
    const auto plot = frame_.plotArea();
    const double x = clippedLine(reference).x1();
    return {QPointF(side < 0 ? x - size.width() - 3 : x + 3,
                    plot.top() + 2 + share * (plot.height() - size.height() - 4)),
            size};
}

} // namespace spillway
