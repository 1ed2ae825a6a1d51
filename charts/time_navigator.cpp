#include "charts/time_navigator.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double keyStep = 0.1;     ///< of the window
constexpr double zoomStep = 0.8;    ///< a key, or a notch of the wheel
constexpr double dragThreshold = 4; ///< pixels; less is a click with a slight movement
constexpr double wheelNotch = 120;  ///< Qt's unit for one notch

} // namespace

void TimeNavigator::add(QWidget* view, QWidget* surface, std::function<QRectF()> plotArea)
{
    view->setFocusPolicy(Qt::StrongFocus);
    view->installEventFilter(this);
    if (surface != view) surface->installEventFilter(this);
    areas_[surface] = std::move(plotArea);
    connect(surface, &QObject::destroyed, this,
            [this](const QObject* gone) { areas_.erase(gone); });
}

void TimeNavigator::follow()
{
    window_.follow();
    emit changed();
}

bool TimeNavigator::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) return key(*static_cast<QKeyEvent*>(event));
    if (!areas_.contains(watched)) return false;
    auto* surface = static_cast<QWidget*>(watched);
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return press(surface, *static_cast<QMouseEvent*>(event));
    case QEvent::MouseMove:
        return move(surface, *static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonRelease:
        return release(surface);
    case QEvent::MouseButtonDblClick:
        follow();
        return true;
    case QEvent::Wheel:
        return wheel(surface, *static_cast<QWheelEvent*>(event));
    default:
        return false;
    }
}

bool TimeNavigator::press(QWidget*, const QMouseEvent& event)
{
    pressed_ = event.button() == Qt::LeftButton;
    dragX_ = event.position().x();
    return true;
}

bool TimeNavigator::move(QWidget* surface, const QMouseEvent& event)
{
    if (!pressed_) return false;
    const double x = event.position().x();
    if (!dragging_ && std::abs(x - dragX_) < dragThreshold) return true;
    if (!dragging_) surface->setCursor(Qt::ClosedHandCursor);
    dragging_ = true;
    window_.pan((dragX_ - x) / std::max(areas_[surface]().width(), 1.0) * window_.span());
    dragX_ = x;
    emit changed();
    return true;
}

bool TimeNavigator::release(QWidget* surface)
{
    if (dragging_) surface->unsetCursor();
    pressed_ = dragging_ = false;
    return true;
}

bool TimeNavigator::wheel(QWidget* surface, const QWheelEvent& event)
{
    if (!(event.modifiers() & Qt::ControlModifier)) return false; // it scrolls the page
    const QRectF area = areas_[surface]();
    const double place =
        std::clamp((event.position().x() - area.left()) / std::max(area.width(), 1.0), 0.0, 1.0);
    window_.zoom(std::pow(zoomStep, event.angleDelta().y() / wheelNotch),
                 window_.begin() + place * window_.span());
    emit changed();
    return true;
}

bool TimeNavigator::key(const QKeyEvent& event)
{
    const double middle = (window_.begin() + window_.end()) / 2;
    switch (event.key()) {
    case Qt::Key_Left:
        window_.pan(-keyStep * window_.span());
        break;
    case Qt::Key_Right:
        window_.pan(keyStep * window_.span());
        break;
    case Qt::Key_Home:
        window_.pan(-window_.begin());
        break;
    case Qt::Key_End:
        window_.follow();
        break;
    case Qt::Key_Plus:
        window_.zoom(zoomStep, middle);
        break;
    case Qt::Key_Minus:
        window_.zoom(1 / zoomStep, middle);
        break;
    default:
        return false;
    }
    emit changed();
    return true;
}

} // namespace spillway
