#include "charts/markers.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>
#include <numbers>

namespace spillway {
namespace {

QPointF onCircle(QPointF centre, double radius, double turn)
{
    const double angle = 2 * std::numbers::pi * turn;
    return centre + QPointF(radius * std::sin(angle), -radius * std::cos(angle));
}

/// Corners at equal angles, the first at `turn` of a whole turn clockwise from the top.
QPainterPath polygon(QPointF centre, double radius, int corners, double turn = 0)
{
    QPainterPath path;
    for (int i = 0; i < corners; ++i) {
        const auto corner = onCircle(centre, radius, turn + static_cast<double>(i) / corners);
        if (i == 0)
            path.moveTo(corner);
        else
            path.lineTo(corner);
    }
    path.closeSubpath();
    return path;
}

QPainterPath star(QPointF centre, double radius)
{
    QPainterPath path;
    for (int i = 0; i < 10; ++i) {
        const auto corner = onCircle(centre, i % 2 == 0 ? radius : radius * 0.45, i / 10.0);
        if (i == 0)
            path.moveTo(corner);
        else
            path.lineTo(corner);
    }
    path.closeSubpath();
    return path;
}

/// `count` bars from the centre, the first at `turn` of a whole turn clockwise from the top.
QPainterPath bars(QPointF centre, double length, int count, double turn)
{
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    for (int i = 0; i < count; ++i) {
        const QPointF tip = onCircle({}, length, turn + static_cast<double>(i) / count);
        const QPointF side = QPointF(-tip.y(), tip.x()) * 0.2;
        path.addPolygon(QPolygonF({centre - side, centre + side, centre + tip + side,
                                   centre + tip - side, centre - side}));
    }
    return path.simplified();
}

void drawCross(QPainter& painter, QPointF centre, double half)
{
    painter.drawLine(centre + QPointF(-half, -half), centre + QPointF(half, half));
    painter.drawLine(centre + QPointF(-half, half), centre + QPointF(half, -half));
}

void drawClock(QPainter& painter, QPointF centre, double radius)
{
    painter.drawEllipse(centre, radius, radius);
    painter.drawLine(centre, centre + QPointF(0, -radius * 0.7));
    painter.drawLine(centre, centre + QPointF(radius * 0.6, 0));
}

void drawNotEqual(QPainter& painter, QPointF centre, double half)
{
    for (const double y : {-0.4 * half, 0.4 * half})
        painter.drawLine(centre + QPointF(-half, y), centre + QPointF(half, y));
    painter.drawLine(centre + QPointF(-half * 0.5, half), centre + QPointF(half * 0.5, -half));
}

void drawExclamation(QPainter& painter, QPointF centre, double half)
{
    painter.drawLine(centre + QPointF(0, -half), centre + QPointF(0, half * 0.3));
    painter.drawLine(centre + QPointF(0, half * 0.9), centre + QPointF(0, half));
}

} // namespace

QPainterPath markerPath(Marker marker, QPointF centre, double size)
{
    const double radius = size / 2;
    QPainterPath path;
    switch (marker) {
    case Marker::Circle:
        path.addEllipse(centre, radius * 0.95, radius * 0.95);
        return path;
    case Marker::Square:
        return polygon(centre, radius * 1.2, 4, 0.125);
    case Marker::TriangleUp:
        return polygon(centre, radius * 1.25, 3);
    case Marker::TriangleDown:
        return polygon(centre, radius * 1.25, 3, 0.5);
    case Marker::Diamond:
        return polygon(centre, radius * 1.2, 4);
    case Marker::Pentagon:
        return polygon(centre, radius * 1.1, 5);
    case Marker::Star:
        return star(centre, radius * 1.4);
    case Marker::Hexagon:
        return polygon(centre, radius * 1.1, 6);
    case Marker::Plus:
        return bars(centre, radius * 1.3, 4, 0);
    case Marker::Tripod:
        return bars(centre, radius * 1.3, 3, 0.5);
    }
    return path;
}

void drawFailureGlyph(QPainter& painter, RunStatus status, QPointF centre, double size,
                      const QColor& colour)
{
    const double radius = size / 2;
    painter.save();
    painter.setPen(QPen(colour, std::max(1.4, size / 7), Qt::SolidLine, Qt::RoundCap));
    painter.setBrush(Qt::NoBrush);
    switch (status) {
    case RunStatus::OutOfMemory:
        drawCross(painter, centre, radius * 0.8);
        break;
    case RunStatus::MemoryLimit:
        painter.drawEllipse(centre, radius, radius);
        drawCross(painter, centre, radius * 0.5);
        break;
    case RunStatus::TimedOut:
        drawClock(painter, centre, radius);
        break;
    case RunStatus::WrongResult:
        drawNotEqual(painter, centre, radius * 0.9);
        break;
    default:
        drawExclamation(painter, centre, radius);
        break;
    }
    painter.restore();
}

QString failureTitle(RunStatus status)
{
    switch (status) {
    case RunStatus::OutOfMemory:
        return QCoreApplication::translate("spillway::Chart", "out of memory");
    case RunStatus::MemoryLimit:
        return QCoreApplication::translate("spillway::Chart", "memory limit");
    case RunStatus::TimedOut:
        return QCoreApplication::translate("spillway::Chart", "time-out");
    case RunStatus::WrongResult:
        return QCoreApplication::translate("spillway::Chart", "wrong result");
    default:
        return QCoreApplication::translate("spillway::Chart", "failed");
    }
}

} // namespace spillway
