#include "ui/parts/cut_label.h"

#include "ui/parts/theme.h"

#include <QEvent>

namespace spillway {

CutLabel::CutLabel(const char* role, QWidget* parent) : QLabel(parent)
{
    setRole(this, role);
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void CutLabel::setWords(const QString& words)
{
    words_ = words;
    setAccessibleDescription(words);
    cut();
}

QSize CutLabel::minimumSizeHint() const
{
    return {0, QLabel::minimumSizeHint().height()};
}

QSize CutLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(words_) + 2, QLabel::sizeHint().height()};
}

void CutLabel::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    cut();
}

void CutLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) cut();
}

void CutLabel::cut()
{
    const QString shown = fontMetrics().elidedText(words_, Qt::ElideRight, contentsRect().width());
    if (shown != text()) setText(shown);
    setToolTip(shown == words_ ? QString() : words_);
}

} // namespace spillway
