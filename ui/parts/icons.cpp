#include "ui/parts/icons.h"

#include "ui/parts/theme.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

// The macro declares a function of the global namespace, so it cannot stand in any other.
static void registerIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace spillway {
namespace {

/// Paints one SVG whose strokes are black in the colour that the theme asks for now.
class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QByteArray svg, IconTint tint) : svg_(std::move(svg)), tint_(tint) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        QByteArray svg = svg_;
        svg.replace("#000000", color(mode, state).name().toLatin1());
        QSvgRenderer renderer(svg);
        const int side = qMin(rect.width(), rect.height());
        QRect square(0, 0, side, side);
        square.moveCenter(rect.center());
        renderer.render(painter, square);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(svg_, tint_); }

private:
    QColor color(QIcon::Mode mode, QIcon::State state) const
    {
        const ThemeColors colors = themeColors(QGuiApplication::palette());
        if (mode == QIcon::Disabled) return colors.muted;
        if (state == QIcon::On && tint_ == IconTint::Text) return colors.accent;
        switch (tint_) {
        case IconTint::Muted:
            return colors.muted;
        case IconTint::Accent:
            return colors.accent;
        case IconTint::OnAccent:
            return colors.accentText;
        case IconTint::Danger:
            return colors.danger;
        case IconTint::Warning:
            return colors.warning;
        case IconTint::Text:
            break;
        }
        return colors.text;
    }

    QByteArray svg_;
    IconTint tint_;
};

} // namespace

void registerIconResources()
{
    registerIcons();
}

QIcon lineIcon(const QString& name, IconTint tint)
{
    registerIcons();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new LineIconEngine(file.readAll(), tint));
}

QIcon programIcon()
{
    registerIcons();
    QSvgRenderer renderer(QStringLiteral(":/icons/spillway.svg"));
    QIcon icon;
    for (const int side : {16, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace spillway
