#include "ui/parts/theme.h"

#include "ui/parts/icons.h"
#include "ui/parts/style_sheet.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>
#include <QWidget>

namespace spillway {
namespace {

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() <
           palette.color(QPalette::WindowText).lightness();
}

QPalette paletteOf(const ThemeColors& colors)
{
    QPalette palette;
    palette.setColor(QPalette::Window, colors.window);
    palette.setColor(QPalette::WindowText, colors.text);
    palette.setColor(QPalette::Base, colors.surface);
    palette.setColor(QPalette::AlternateBase, colors.window);
    palette.setColor(QPalette::Text, colors.text);
    palette.setColor(QPalette::Button, colors.surface);
    palette.setColor(QPalette::ButtonText, colors.text);
    palette.setColor(QPalette::BrightText, colors.danger);
    palette.setColor(QPalette::ToolTipBase, colors.raised);
    palette.setColor(QPalette::ToolTipText, colors.text);
    palette.setColor(QPalette::PlaceholderText, colors.muted);
    palette.setColor(QPalette::Highlight, colors.accent);
    palette.setColor(QPalette::HighlightedText, colors.accentText);
    palette.setColor(QPalette::Link, colors.accent);
    palette.setColor(QPalette::LinkVisited, colors.accent);
    palette.setColor(QPalette::Light, colors.raised);
    palette.setColor(QPalette::Midlight, colors.border);
    palette.setColor(QPalette::Mid, colors.border);
    palette.setColor(QPalette::Dark, colors.dark ? colors.window.darker(130) : colors.border);
    palette.setColor(QPalette::Shadow, colors.dark ? QColor(0, 0, 0) : colors.border.darker(120));
    QColor disabled = colors.muted;
    disabled.setAlphaF(0.6F);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, colors.border);
    return palette;
}

} // namespace

ThemeColors ThemeColors::light()
{
    return {.dark = false,
            .window = QColor(0xF5F6F8),
            .surface = QColor(0xFFFFFF),
            .raised = QColor(0xECEFF3),
            .sidebar = QColor(0xECEFF3),
            .border = QColor(0xD3D9E1),
            .text = QColor(0x17202B),
            .muted = QColor(0x566272),
            .accent = QColor(0x0B57C2),
            .accentText = QColor(0xFFFFFF),
            .accentSoft = QColor(0xE3EDFB),
            .danger = QColor(0xB00020),
            .dangerSoft = QColor(0xFCE8EB),
            .warning = QColor(0x7A4D00),
            .warningSoft = QColor(0xFFF3DA),
            .success = QColor(0x0A6B42)};
}

ThemeColors ThemeColors::darkTheme()
{
    return {.dark = true,
            .window = QColor(0x14181E),
            .surface = QColor(0x1D232B),
            .raised = QColor(0x272F39),
            .sidebar = QColor(0x10141A),
            .border = QColor(0x38424F),
            .text = QColor(0xE9EDF2),
            .muted = QColor(0xA3AEBB),
            .accent = QColor(0x6AABFF),
            .accentText = QColor(0x0A1420),
            .accentSoft = QColor(0x1E3350),
            .danger = QColor(0xFF7C89),
            .dangerSoft = QColor(0x42222A),
            .warning = QColor(0xFFC766),
            .warningSoft = QColor(0x3D321C),
            .success = QColor(0x63D69F)};
}

ThemeColors ThemeColors::contrasting(bool dark)
{
    const QColor black(Qt::black);
    const QColor white(Qt::white);
    const QColor& ground = dark ? black : white;
    const QColor& ink = dark ? white : black;
    return {.dark = dark,
            .window = ground,
            .surface = ground,
            .raised = QColor(dark ? 0x242424 : 0xE6E6E6),
            .sidebar = ground,
            .border = ink,
            .text = ink,
            .muted = QColor(dark ? 0xE0E0E0 : 0x262626),
            .accent = QColor(dark ? 0x8CC8FF : 0x003C9E),
            .accentText = ground,
            .accentSoft = QColor(dark ? 0x0A2F57 : 0xD9E7FF),
            .danger = QColor(dark ? 0xFFA3AD : 0x8A0018),
            .dangerSoft = QColor(dark ? 0x47000C : 0xFFE5E8),
            .warning = QColor(dark ? 0xFFD98A : 0x573600),
            .warningSoft = QColor(dark ? 0x3B2A00 : 0xFFF1D1),
            .success = QColor(dark ? 0x86E8B8 : 0x004D2D),
            .highContrast = true};
}

ThemeColors themeColors(const QPalette& palette)
{
    // Only these themes have a ground that is black or white.
    if (const QColor ground = palette.color(QPalette::Window);
        ground == QColor(Qt::black) || ground == QColor(Qt::white))
        return ThemeColors::contrasting(isDark(palette));
    return isDark(palette) ? ThemeColors::darkTheme() : ThemeColors::light();
}

ChartTheme chartTheme(const QPalette& palette)
{
    ChartTheme theme = isDark(palette) ? ChartTheme::darkTheme() : ChartTheme::light();
    theme.background = themeColors(palette).surface; // charts lie on cards
    return theme;
}

bool systemIsDark()
{
    // Fusion's own palette follows the desktop's setting and is not touched by ours.
    if (const QStyle* style = QApplication::style()) return isDark(style->standardPalette());
    return isDark(QPalette());
}

void applyAppearance(QApplication& application, Appearance appearance)
{
    const bool fusion = QApplication::style()->name().compare("fusion", Qt::CaseInsensitive) == 0;
    // A style sheet wraps the style without a name of its own; setting Fusion again is only needed
    // once.
    if (!fusion && application.styleSheet().isEmpty())
        QApplication::setStyle(QStyleFactory::create("Fusion"));
    const bool dark =
        appearance == Appearance::Dark || (appearance == Appearance::System && systemIsDark());
    const ThemeColors colors = appearance == Appearance::HighContrast
                                   ? ThemeColors::contrasting(systemIsDark())
                               : dark ? ThemeColors::darkTheme()
                                      : ThemeColors::light();
    QApplication::setPalette(paletteOf(colors));
    registerIconResources();
    const QString rules = styleSheet(colors);
    if (application.styleSheet() != rules) application.setStyleSheet(rules);
}

void setRole(QWidget* widget, const char* role)
{
    const QString name = QString::fromLatin1(role);
    if (widget->property("role") == name) return;
    widget->setProperty("role", name);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

} // namespace spillway
