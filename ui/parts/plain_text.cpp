#include "ui/parts/plain_text.h"

#include <QApplication>
#include <QEvent>
#include <QLabel>

namespace spillway {
namespace {

const auto filterName = QStringLiteral("keepTextPlain");

/// A label, which a tool tip is, too, is polished before it is shown for the first time.
class PlainLabels : public QObject {
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Polish)
            if (auto* label = qobject_cast<QLabel*>(watched);
                label && label->textFormat() == Qt::AutoText)
                label->setTextFormat(Qt::PlainText);
        return false;
    }
};

} // namespace

void keepTextPlain()
{
    if (qApp->findChild<QObject*>(filterName, Qt::FindDirectChildrenOnly)) return;
    auto* filter = new PlainLabels(qApp);
    filter->setObjectName(filterName);
    qApp->installEventFilter(filter);
}

} // namespace spillway
