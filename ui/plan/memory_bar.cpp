#include "ui/plan/memory_bar.h"

#include "ui/parts/theme.h"
#include "work/text.h"

#include <QPainter>

#include <algorithm>

namespace spillway {
namespace {

constexpr int barTop = 18;
constexpr int barHeight = 10;

} // namespace

MemoryBar::MemoryBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void MemoryBar::setFigures(Bytes ram, Bytes available, std::optional<Bytes> limit,
                           Bytes largestData)
{
    ram_ = ram;
    available_ = available;
    limit_ = limit;
    data_ = largestData;
    const QString words = tr("Limit %1, data %2, free now %3, RAM %4")
                              .arg(limit_ ? bytesText(*limit_) : tr("none"), bytesText(data_),
                                   bytesText(available_), bytesText(ram_));
    setAccessibleName(words);
    setToolTip(words);
    update();
}

QSize MemoryBar::sizeHint() const
{
    return {300, barTop + barHeight + 20};
}

QSize MemoryBar::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

double MemoryBar::place(Bytes bytes) const
{
    const double whole = static_cast<double>(std::max({ram_, data_, limit_.value_or(0), Bytes(1)}));
    return static_cast<double>(bytes) / whole * (width() - 2) + 1;
}

void MemoryBar::paintEvent(QPaintEvent*)
{
    const ThemeColors colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto bar = [&](Bytes bytes, const QColor& color) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(0.5, barTop, qMax(4.0, place(bytes)), barHeight), 4, 4);
    };
    bar(ram_, colors.raised);
    bar(available_, colors.border);
    if (limit_) bar(*limit_, colors.accent);
    QFont small = font();
    small.setPixelSize(qMax(10, fontInfo().pixelSize() - 2));
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const auto label = [&](Bytes at, const QString& words, int baseline, const QColor& color) {
        const int textWidth = metrics.horizontalAdvance(words);
        const double x = std::clamp(place(at) - textWidth / 2.0, 0.0,
                                    qMax(0.0, static_cast<double>(width() - textWidth)));
        painter.setPen(color);
        painter.drawText(QPointF(x, baseline), words);
    };
    const auto mark = [&](Bytes at, int top, int bottom, const QColor& color) {
        painter.setPen(QPen(color, 2));
        painter.drawLine(QPointF(place(at), top), QPointF(place(at), bottom));
    };
    if (data_ > 0) {
        mark(data_, barTop - 3, barTop + barHeight, colors.text);
        label(data_, tr("data %1").arg(bytesText(data_)), barTop - 6, colors.text);
    }
    label(ram_, tr("RAM %1").arg(bytesText(ram_)), barTop + barHeight + 14, colors.muted);
    const QString free = tr("free now %1").arg(bytesText(available_));
    const int ramWidth = metrics.horizontalAdvance(tr("RAM %1").arg(bytesText(ram_)));
    painter.setPen(colors.muted);
    if (metrics.horizontalAdvance(free) + ramWidth + 16 < width())
        painter.drawText(QPointF(0, barTop + barHeight + 14), free);
}

} // namespace spillway
