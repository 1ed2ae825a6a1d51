#include "ui/parts/page.h"

#include <QEvent>

namespace spillway {

Page::Page(Workbench& workbench, RunController& runs, QWidget* parent)
    : QWidget(parent), workbench_(workbench), runs_(runs)
{
}

void Page::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyTheme();
}

} // namespace spillway
