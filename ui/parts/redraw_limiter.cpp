#include "ui/parts/redraw_limiter.h"

#include <QEvent>
#include <QWidget>

#include <algorithm>

namespace spillway {

RedrawLimiter::RedrawLimiter(QWidget* target, std::chrono::milliseconds interval)
    : QObject(target), target_(target)
{
    timer_.setSingleShot(true);
    timer_.setInterval(interval);
    connect(&timer_, &QTimer::timeout, this, &RedrawLimiter::fire);
    target->installEventFilter(this);
}

void RedrawLimiter::request()
{
    stale_ = true;
    schedule();
}

bool RedrawLimiter::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == target_ && event->type() == QEvent::Show && stale_)
        QMetaObject::invokeMethod(this, &RedrawLimiter::schedule, Qt::QueuedConnection);
    return false;
}

bool RedrawLimiter::canBeSeen() const
{
    return target_->isVisible() && !target_->window()->isMinimized();
}

void RedrawLimiter::schedule()
{
    if (!stale_ || timer_.isActive() || !canBeSeen()) return;
    const qint64 interval = timer_.intervalAsDuration().count();
    const qint64 waited = sinceLast_.isValid() ? sinceLast_.elapsed() : interval;
    if (waited >= interval) {
        fire();
        return;
    }
    timer_.start();
}

void RedrawLimiter::fire()
{
    if (!stale_ || !canBeSeen()) return;
    stale_ = false;
    ++redraws_;
    sinceLast_.start();
    emit redraw();
}

} // namespace spillway
