#include "ui/parts/symbol.h"

#include <QPainter>

namespace spillway {

Symbol::Symbol(const QString& name, IconTint tint, int side, QWidget* parent)
    : QWidget(parent), icon_(lineIcon(name, tint))
{
    setFixedSize(side, side);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void Symbol::setSymbol(const QString& name, IconTint tint)
{
    icon_ = lineIcon(name, tint);
    update();
}

void Symbol::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    icon_.paint(&painter, rect());
}

} // namespace spillway
