#include "charts/comparison_overlay.h"

#include "charts/label_layout.h"
#include "charts/markers.h"

#include <QChart>
#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace spillway {
namespace {

constexpr std::size_t mostDirectLabels = 6;
constexpr double labelTextX = 24;
constexpr double hitDistance = 14;
constexpr double besideAnother = 6;

const ChartPoint* lastPoint(const ChartLine& line)
{
    return line.segments.empty() ? nullptr : &line.segments.back().back();
}

} // namespace

QString labelText(const ChartLine& line)
{
    if (!line.segments.empty()) return line.title;
    if (!line.unsupported.isEmpty())
        return QCoreApplication::translate("spillway::Chart", "%1: unsupported").arg(line.title);
    if (line.noBaseline)
        return QCoreApplication::translate("spillway::Chart", "%1: no baseline").arg(line.title);
    return line.title;
}

ComparisonOverlay::ComparisonOverlay(QChart& chart, PlotFrame& frame, ChartModel model,
                                     bool showRepeats)
    : QGraphicsObject(&chart), frame_(frame), model_(std::move(model)), showRepeats_(showRepeats)
{
    setZValue(1000); // above the series
    connect(&frame, &PlotFrame::laidOut, this, &ComparisonOverlay::layOut);
    layOut();
}

QColor ComparisonOverlay::colour(const ChartLine& line) const
{
    return frame_.theme().dark ? line.style.dark : line.style.light;
}

double ComparisonOverlay::markerSize() const
{
    return frame_.fonts().text.pixelSize() > 11 ? 9.5 : 8;
}

QPointF ComparisonOverlay::place(const ChartPoint& point) const
{
    return frame_.position(point.x(), point.value) + QPointF(point.shift, 0);
}

/// 6 pixels from one engine to the next where they share an x, less where that would reach into
/// the next x.
void ComparisonOverlay::shiftPoints()
{
    if (!specOf(model_.kind).hasLines()) return;
    std::vector<ChartLine*> beside;
    for (ChartLine& line : model_.lines)
        if (!line.published && !line.segments.empty()) beside.push_back(&line);
    if (beside.size() < 2) return;
    double room = frame_.plotArea().width();
    const auto& ticks = model_.x.ticks;
    for (std::size_t i = 1; i < ticks.size(); ++i)
        room = std::min(room, frame_.position(ticks[i].value, model_.y.low).x() -
                                  frame_.position(ticks[i - 1].value, model_.y.low).x());
    const auto count = static_cast<double>(beside.size());
    const double step = std::min(besideAnother, 0.6 * room / count);
    for (std::size_t i = 0; i < beside.size(); ++i)
        for (auto& segment : beside[i]->segments)
            for (ChartPoint& point : segment)
                point.shift = (static_cast<double>(i) - (count - 1) / 2) * step;
}

void ComparisonOverlay::setCrosshair(std::optional<CellKey> cell)
{
    if (cell == crosshair_) return;
    crosshair_ = std::move(cell);
    update();
}

std::optional<QPointF> ComparisonOverlay::crosshairPoint() const
{
    for (const auto& line : model_.lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                if (crosshair_ && !line.published && point.cell == *crosshair_) return place(point);
    return std::nullopt;
}

void ComparisonOverlay::layOut()
{
    prepareGeometryChange();
    shiftPoints();
    placeLabels();
    placeGlyphs();
    placePointLabels();
    update();
}

void ComparisonOverlay::placeLabels()
{
    labels_.clear();
    // Without lines there is no end that could stand at its label.
    const bool legend = model_.lines.size() > mostDirectLabels || !specOf(model_.kind).hasLines();
    const QFontMetricsF metrics(frame_.fonts().text);
    const auto margin = frame_.rightMargin();
    const double height = std::ceil(metrics.height());
    const double top = margin.top() - (legend ? 0 : height / 2);
    const int lastWorkers =
        model_.x.ticks.empty() ? 0 : static_cast<int>(std::lround(model_.x.ticks.back().value));
    std::vector<double> wanted;
    for (std::size_t i = 0; i < model_.lines.size(); ++i) {
        const auto& line = model_.lines[i];
        const auto* last = lastPoint(line);
        const auto end = last ? place(*last) : QPointF(margin.left(), margin.top());
        // Lines without a point come last, under the labels of the others.
        wanted.push_back(last ? end.y() : margin.bottom() + static_cast<double>(i));
        const double width = margin.width() - labelTextX - 4;
        labels_.push_back({i, metrics.elidedText(labelText(line), Qt::ElideRight, width),
                           QRectF(margin.left() + labelTextX, 0, width, height), end,
                           last != nullptr && !legend,
                           last != nullptr && last->workers == lastWorkers});
    }
    if (legend) { // a legend reads from the top, in the order of the line ends
        std::vector<double> sorted = wanted;
        std::sort(sorted.begin(), sorted.end());
        for (auto& place : wanted)
            place = margin.top() +
                    static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), place) -
                                        sorted.begin()) *
                        0.01;
    }
    const auto places =
        spreadLabels(wanted, legend ? height + 2 : height, top, margin.bottom() + height);
    for (std::size_t i = 0; i < labels_.size(); ++i)
        labels_[i].rect.moveTop(places[i] - height / 2);
}

void ComparisonOverlay::placeGlyphs()
{
    glyphs_.clear();
    const auto strip = frame_.strip();
    if (strip.isEmpty()) return;
    if (!specOf(model_.kind).hasLines()) {
        placeGlyphsInARow();
        return;
    }
    std::map<int, std::vector<PlacedGlyph>> columns;
    for (std::size_t i = 0; i < model_.lines.size(); ++i)
        for (const auto& failure : model_.lines[i].failures)
            columns[failure.workers].push_back({i, &failure, {}, {}});
    for (auto& [workers, column] : columns) {
        const double middle = frame_.position(workers, model_.y.low).x();
        const auto count = static_cast<double>(column.size());
        const double room = strip.width() / std::max<double>(1, model_.x.ticks.size());
        const double step = std::min(failureGlyphSize + 4, room / count);
        for (std::size_t i = 0; i < column.size(); ++i) {
            column[i].centre = {middle + (static_cast<double>(i) - (count - 1) / 2) * step,
                                strip.center().y()};
            glyphs_.push_back(column[i]);
        }
    }
}

std::optional<ComparisonOverlay::Hit> ComparisonOverlay::hitAt(QPointF position) const
{
    std::optional<Hit> nearest;
    double best = hitDistance;
    const auto consider = [&](QPointF at, const CellKey& cell, auto text) {
        const double distance = std::hypot(at.x() - position.x(), at.y() - position.y());
        if (distance > best) return;
        best = distance;
        nearest = Hit{cell, text(), at};
    };
    for (const auto& line : model_.lines)
        for (const auto& segment : line.segments)
            for (const auto& point : segment)
                consider(place(point), point.cell, [&] { return model_.describe(line, point); });
    for (const auto& glyph : glyphs_)
        consider(glyph.centre, glyph.failure->cell, [&] {
            return QStringLiteral("%1, %2: %3")
                       .arg(model_.lines[glyph.line].title, QString::number(glyph.failure->workers),
                            failureTitle(glyph.failure->status)) +
                   (glyph.failure->message.isEmpty() ? QString() : '\n' + glyph.failure->message);
        });
    return nearest;
}

std::vector<QRectF> ComparisonOverlay::labelRects() const
{
    std::vector<QRectF> rects;
    for (const auto& label : labels_)
        rects.push_back(label.rect);
    return rects;
}

void ComparisonOverlay::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    if (!model_.message.isEmpty() && !model_.anyFailure()) return;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(frame_.fonts().text);
    if (model_.message.isEmpty()) {
        paintReferences(*painter);
        paintFrontier(*painter);
    }
    for (const auto& line : model_.lines)
        paintCurve(*painter, line);
    paintCrosshair(*painter);
    for (const auto& line : model_.lines)
        paintLine(*painter, line);
    for (const auto& line : model_.lines)
        if (model_.showsSetup) paintSetup(*painter, line);
    for (const auto& line : model_.lines)
        paintSpread(*painter, line);
    for (const auto& line : model_.lines)
        paintMarkers(*painter, line);
    for (const auto& reference : model_.references)
        paintReferenceTitle(*painter, reference);
    paintPointLabels(*painter);
    paintLabels(*painter);
    paintStrip(*painter);
}

} // namespace spillway
