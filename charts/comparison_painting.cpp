#include "charts/comparison_overlay.h"
#include "charts/markers.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

constexpr double capHalf = 3.5;
constexpr double stemHalf = 2.5;
constexpr double cutHalf = 4.5;
constexpr double cutBelow = 6;
constexpr double smallestStem = 3;
constexpr double repeatsBeside = 4;
constexpr double longestSolidLeader = 100;

QColor faint(QColor colour, float alpha)
{
    colour.setAlphaF(alpha);
    return colour;
}

QPen referencePen(const ReferenceLine& reference, const ChartTheme& theme)
{
    QPen pen(theme.mutedText, 1);
    if (reference.look == ReferenceLine::Look::Limit) {
        pen = QPen(theme.limit, 1.5);
        pen.setDashPattern({5, 3});
    } else if (reference.look == ReferenceLine::Look::Dotted) {
        pen.setWidthF(1.5);
        pen.setDashPattern({1, 3});
        pen.setCapStyle(Qt::RoundCap);
    }
    return pen;
}

Marker markerOf(const ChartLine& line)
{
    if (line.published) return line.profile == "published" ? Marker::Plus : Marker::Tripod;
    return line.style.marker;
}

/// How many of `points` a label over `rect` would hide.
int hidden(const QRectF& rect, const std::vector<QPointF>& points)
{
    return static_cast<int>(std::count_if(points.begin(), points.end(), [&](QPointF point) {
        return rect.adjusted(-5, -4, 5, 4).contains(point);
    }));
}

/// An interval, upright or level, with caps across its ends.
void paintBar(QPainter& painter, QPointF low, QPointF high, bool capped)
{
    painter.drawLine(low, high);
    if (!capped) return;
    const bool level = low.y() == high.y();
    const QPointF cap(level ? 0 : capHalf, level ? capHalf : 0);
    for (const auto end : {low, high})
        painter.drawLine(end - cap, end + cap);
}

void addAlong(std::vector<QPointF>& points, QPointF from, QPointF to)
{
    const int steps =
        std::max(1, static_cast<int>(std::hypot(to.x() - from.x(), to.y() - from.y()) / 6));
    for (int i = 0; i <= steps; ++i)
        points.push_back(from + (to - from) * i / steps);
}

} // namespace

/// Without a line there are no dashes to tell an engine's profiles and formats apart.
bool ComparisonOverlay::isHollow(const ChartLine& line) const
{
    return !specOf(model_.kind).hasLines() && !dashPattern(line.profile, line.format).isEmpty();
}

/// A line across the plot, or up it, cut where it leaves it at the top or the bottom and not bent.
QLineF ComparisonOverlay::clippedLine(const ReferenceLine& reference) const
{
    const auto plot = frame_.plotArea();
    if (reference.upright) {
        const double x = frame_.position(reference.atLowX, model_.y.low).x();
        return {x, plot.bottom(), x, plot.top()};
    }
    const auto unclipped = [&](double x, double value) {
        return QPointF(x, plot.bottom() - model_.y.place(value) * plot.height());
    };
    QPointF from = unclipped(plot.left(), reference.atLowX);
    QPointF to = unclipped(plot.right(), reference.atHighX);
    const auto at = [line = QLineF(from, to)](double y) {
        return QPointF(line.x1() + (y - line.y1()) / line.dy() * line.dx(), y);
    };
    if (from.y() > plot.bottom()) from = at(plot.bottom());
    if (to.y() < plot.top()) to = at(plot.top());
    return {from, to};
}

/// Faint, so that it is not taken for a measurement: the band filled, the law dotted.
void ComparisonOverlay::paintCurve(QPainter& painter, const ChartLine& line) const
{
    if (line.curve.empty()) return;
    QPolygonF law;
    QPolygonF band;
    QPolygonF back;
    for (const auto& point : line.curve) {
        law << frame_.position(point.workers, point.value);
        band << frame_.position(point.workers, point.low);
        back.prepend(frame_.position(point.workers, point.high));
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(faint(colour(line), 0.1F));
    painter.drawPolygon(band + back);
    QPen pen(faint(colour(line), 0.6F), 1);
    pen.setDashPattern({2, 3});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(law);
}

void ComparisonOverlay::paintReferences(QPainter& painter) const
{
    for (const auto& reference : model_.references) {
        painter.setPen(referencePen(reference, frame_.theme()));
        painter.drawLine(clippedLine(reference));
    }
}

std::vector<QPointF> ComparisonOverlay::placesTaken(const ReferenceLine& except) const
{
    std::vector<QPointF> taken;
    for (const auto& line : model_.lines)
        for (const auto& segment : line.segments)
            for (std::size_t i = 0; i < segment.size(); ++i)
                addAlong(taken, place(segment[i > 0 ? i - 1 : 0]), place(segment[i]));
    for (const auto& reference : model_.references)
        if (&reference != &except) {
            const auto drawn = clippedLine(reference);
            addAlong(taken, drawn.p1(), drawn.p2());
        }
    const auto steps = frontierSteps();
    for (qsizetype i = 1; i < steps.size(); ++i)
        addAlong(taken, steps[i - 1], steps[i]);
    for (const auto& label : pointLabels_)
        addAlong(taken, label.rect.topLeft(), label.rect.bottomRight());
    return taken;
}

QRectF ComparisonOverlay::titleRect(const ReferenceLine& reference, QSizeF size, double share,
                                    double side) const
{
    if (reference.upright) return uprightTitleRect(reference, size, share, side);
    const auto plot = frame_.plotArea();
    const double x = model_.x.low * std::pow(model_.x.high / model_.x.low, share);
    const double value =
        reference.atLowX * std::pow(reference.atHighX / std::max(reference.atLowX, 1e-12), share);
    if (value < model_.y.low || value > model_.y.high) return {};
    const auto at = frame_.position(x, value);
    QRectF rect(QPointF(), size);
    if (reference.atLowX != reference.atHighX) { // above it to the left or below it to the right
        rect.moveCenter(at + QPointF(side * (size.width() / 2 + 5), side * size.height() / 2));
        return rect;
    }
    const double rightmost = std::max(plot.left() + 2, plot.right() - size.width() - 2);
    rect.moveTopLeft({std::clamp(at.x() - size.width() * share, plot.left() + 2, rightmost),
                      at.y() + (side < 0 ? -size.height() - 2 : 2)});
    return rect;
}

void ComparisonOverlay::paintReferenceTitle(QPainter& painter, const ReferenceLine& reference) const
{
    if (reference.title.isEmpty() || !model_.message.isEmpty()) return;
    const QFontMetricsF metrics(painter.font());
    const QSizeF size(metrics.horizontalAdvance(reference.title) + 6, std::ceil(metrics.height()));
    const auto taken = placesTaken(reference);
    QRectF best;
    int fewest = 0;
    for (const double share : {0.02, 0.35, 0.5, 0.65, 0.8, 0.98})
        for (const double side : {-1.0, 1.0}) {
            const auto rect = titleRect(reference, size, share, side);
            if (rect.isEmpty()) continue;
            const int cost = hidden(rect, taken) * 2 + (frame_.plotArea().contains(rect) ? 0 : 40);
            if (!best.isEmpty() && cost >= fewest) continue;
            fewest = cost;
            best = rect;
        }
    painter.fillRect(best.adjusted(0, 1, 0, -1), faint(frame_.theme().background, 0.8F));
    painter.setPen(reference.look == ReferenceLine::Look::Limit ? frame_.theme().limit
                                                                : frame_.theme().mutedText);
    painter.drawText(best, Qt::AlignCenter, reference.title);
}

void ComparisonOverlay::paintSetup(QPainter& painter, const ChartLine& line) const
{
    painter.setPen(QPen(faint(colour(line), 0.85F), 1));
    painter.setBrush(frame_.theme().background);
    for (const auto& segment : line.segments)
        for (const auto& point : segment) {
            if (point.setup <= 0) continue;
            const auto base = place(point);
            // Beyond the axis it is placed at its end.
            const double end = frame_.position(point.workers, point.value + point.setup).y();
            if (base.y() - end < smallestStem) continue;
            painter.drawRect(
                QRectF(QPointF(base.x() - stemHalf, end), QPointF(base.x() + stemHalf, base.y())));
            if (point.value + point.setup > model_.y.high)
                paintCut(painter, {base.x(), end + cutBelow});
        }
}

/// Two strokes across a stem that goes on beyond the axis.
void ComparisonOverlay::paintCut(QPainter& painter, QPointF at)
{
    for (const double offset : {0.0, 3.0})
        painter.drawLine(at + QPointF(-cutHalf, offset + cutHalf / 2),
                         at + QPointF(cutHalf, offset - cutHalf / 2));
}

void ComparisonOverlay::paintSpread(QPainter& painter, const ChartLine& line) const
{
    const auto ink = colour(line);
    for (const auto& segment : line.segments)
        for (const auto& point : segment) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(faint(ink, 0.35F));
            if (showRepeats_ && point.repeats.size() > 1)
                for (const double repeat : point.repeats)
                    painter.drawEllipse(frame_.position(point.workers, repeat) +
                                            QPointF(point.shift + repeatsBeside, 0),
                                        1.8, 1.8);
            if (!point.interval || point.interval->n < 2) continue;
            painter.setPen(QPen(ink, 1.4));
            const bool capped = point.interval->coverage.has_value();
            const QPointF shift(point.shift, 0);
            paintBar(painter, frame_.position(point.x(), point.interval->low) + shift,
                     frame_.position(point.x(), point.interval->high) + shift, capped);
            if (point.peak)
                paintBar(painter, frame_.position(point.peak->low, point.value),
                         frame_.position(point.peak->high, point.value), capped);
        }
}

void ComparisonOverlay::paintLine(QPainter& painter, const ChartLine& line) const
{
    if (!specOf(model_.kind).hasLines()) return;
    QPen pen(colour(line), 2);
    const auto dashes = dashPattern(line.profile, line.format);
    if (!dashes.isEmpty()) pen.setDashPattern(dashes);
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    for (const auto& segment : line.segments) {
        QPolygonF path;
        for (const auto& point : segment)
            path << place(point);
        painter.drawPolyline(path);
    }
}

/// Through the cell's point to both axes; where it did not finish, up its x.
void ComparisonOverlay::paintCrosshair(QPainter& painter) const
{
    if (!crosshair_ || !model_.message.isEmpty()) return;
    const auto plot = frame_.plotArea();
    const auto at = crosshairPoint();
    painter.setPen(QPen(frame_.theme().mutedText, 1, Qt::DotLine));
    if (!at) {
        if (!specOf(model_.kind).hasLines()) return;
        const double x = frame_.position(crosshair_->workers, model_.y.low).x();
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        return;
    }
    painter.drawLine(QPointF(at->x(), plot.top()), QPointF(at->x(), plot.bottom()));
    painter.drawLine(QPointF(plot.left(), at->y()), QPointF(plot.right(), at->y()));
    painter.setPen(QPen(frame_.theme().text, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(*at, markerSize(), markerSize());
}

void ComparisonOverlay::paintMarkers(QPainter& painter, const ChartLine& line) const
{
    // A rim in the paper's colour keeps markers apart where lines cross.
    painter.setPen(isHollow(line) ? QPen(colour(line), 1.5) : QPen(frame_.theme().background, 1));
    painter.setBrush(isHollow(line) ? frame_.theme().background : colour(line));
    const auto marker = markerOf(line);
    for (const auto& segment : line.segments)
        for (const auto& point : segment)
            painter.drawPath(markerPath(marker, place(point), markerSize()));
}

void ComparisonOverlay::paintLabels(QPainter& painter) const
{
    for (const auto& label : labels_) {
        const auto& line = model_.lines[label.line];
        const bool drawn = !line.segments.empty();
        const auto ink = drawn || !line.failures.empty() ? colour(line) : frame_.theme().mutedText;
        const QPointF marker(label.rect.left() - 10, label.rect.center().y());
        if (label.leader) {
            // A line that ended earlier, or a single point, must not look as if it continued.
            QPen pen(faint(ink, 0.55F), 1);
            if (!label.adjacent || marker.x() - label.end.x() > longestSolidLeader)
                pen.setDashPattern({1, 4});
            painter.setPen(pen);
            painter.drawLine(label.end + QPointF(11, 0), marker - QPointF(7, 0));
        }
        painter.setPen(isHollow(line) ? QPen(ink, 1.5) : QPen(Qt::NoPen));
        painter.setBrush(isHollow(line) ? QBrush(Qt::NoBrush)
                                        : QBrush(drawn ? ink : faint(ink, 0.45F)));
        painter.drawPath(markerPath(markerOf(line), marker, markerSize()));
        painter.setPen(drawn ? frame_.theme().text : frame_.theme().mutedText);
        painter.drawText(label.rect, Qt::AlignLeft | Qt::AlignVCenter, label.text);
    }
}

void ComparisonOverlay::paintStrip(QPainter& painter) const
{
    const auto strip = frame_.strip();
    if (strip.isEmpty()) return;
    painter.fillRect(strip, frame_.theme().dark ? faint(frame_.theme().text, 0.06F)
                                                : faint(frame_.theme().limit, 0.06F));
    painter.setPen(frame_.theme().mutedText);
    for (const auto& glyph : glyphs_)
        painter.drawText(
            QRectF(glyph.centre.x() + failureGlyphSize, strip.top(), 40, strip.height()),
            Qt::AlignLeft | Qt::AlignVCenter, glyph.workers);
    for (const auto& glyph : glyphs_)
        drawFailureGlyph(painter, glyph.failure->status, glyph.centre, failureGlyphSize,
                         colour(model_.lines[glyph.line]));
    painter.setPen(frame_.theme().mutedText);
    constexpr double gap = 14; // as far as the last glyphs of a crowded column reach
    const QRectF beside(strip.right() + gap, strip.top(),
                        frame_.boundingRect().right() - strip.right() - gap - 2, strip.height());
    const QFontMetricsF metrics(painter.font());
    painter.drawText(
        beside, Qt::AlignLeft | Qt::AlignVCenter,
        metrics.elidedText(QCoreApplication::translate("spillway::Chart", "did not finish"),
                           Qt::ElideRight, beside.width()));
    paintFailureKey(painter);
}

void ComparisonOverlay::paintFailureKey(QPainter& painter) const
{
    std::set<RunStatus> statuses;
    for (const auto& glyph : glyphs_)
        statuses.insert(glyph.failure->status);
    const QFontMetricsF metrics(painter.font());
    double width = 0;
    for (const auto status : statuses)
        width += metrics.horizontalAdvance(failureTitle(status)) + 24;
    // Right of the title; without room it is left out and the tool tips say it.
    const auto bounds = frame_.boundingRect();
    const double taken = QFontMetricsF(frame_.fonts().title).horizontalAdvance(model_.title);
    const double y = 6 + QFontMetricsF(frame_.fonts().title).height() / 2;
    double x = bounds.right() - width;
    if (x < taken + 24) return;
    for (const auto status : statuses) {
        drawFailureGlyph(painter, status, {x + 6, y}, failureGlyphSize - 1,
                         frame_.theme().mutedText);
        painter.setPen(frame_.theme().mutedText);
        const auto title = failureTitle(status);
        painter.drawText(QPointF(x + 15, y + metrics.ascent() / 2 - 1), title);
        x += metrics.horizontalAdvance(title) + 24;
    }
}

} // namespace spillway
