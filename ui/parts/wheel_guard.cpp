#include "ui/parts/wheel_guard.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QScrollBar>
#include <QTabBar>

namespace spillway {
namespace {

const auto wheelFilterName = QStringLiteral("guardWheel");

/// Whether the wheel would change a value of it, or which page it shows.
bool isChangedByWheel(const QWidget* widget)
{
    return qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QComboBox*>(widget) || qobject_cast<const QTabBar*>(widget) ||
           (qobject_cast<const QAbstractSlider*>(widget) &&
            !qobject_cast<const QScrollBar*>(widget));
}

class WheelGuard : public QObject {
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::Polish && event->type() != QEvent::Wheel) return false;
        auto* widget = qobject_cast<QWidget*>(watched);
        if (!widget || !isChangedByWheel(widget)) return false;
        if (event->type() == QEvent::Polish) {
            // Qt would give it the focus before it delivers the event.
            if (widget->focusPolicy() == Qt::WheelFocus) widget->setFocusPolicy(Qt::StrongFocus);
            return false;
        }
        if (widget->hasFocus()) return false;
        event->ignore(); // it goes on to the parent, which scrolls
        return true;
    }
};

} // namespace

void guardWheel()
{
    if (qApp->findChild<QObject*>(wheelFilterName, Qt::FindDirectChildrenOnly)) return;
    auto* filter = new WheelGuard(qApp);
    filter->setObjectName(wheelFilterName);
    qApp->installEventFilter(filter);
}

} // namespace spillway
