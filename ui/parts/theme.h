#pragma once

#include "charts/chart_style.h"
#include "work/settings.h"

#include <QColor>
#include <QPalette>

class QApplication;

namespace spillway {

/// The window's colours, named by what they are for. Text on its paper has a contrast of at
/// least 4.5.
struct ThemeColors {
    bool dark = false;
    QColor window;  ///< paper of a page
    QColor surface; ///< cards, lists, fields
    QColor raised;  ///< hover, table headers
    QColor sidebar;
    QColor border;
    QColor text;
    QColor muted;      ///< secondary text
    QColor accent;     ///< the primary button, selection, focus
    QColor accentText; ///< on the accent
    QColor accentSoft; ///< a hint of the accent as paper
    QColor danger;
    QColor dangerSoft;
    QColor warning;
    QColor warningSoft;
    QColor success;

    static ThemeColors light();
    static ThemeColors darkTheme();
};

/// The colours that go with a widget's palette: how a widget learns the theme without a global. Ask
/// again in changeEvent on QEvent::PaletteChange (Page does it for its heirs).
ThemeColors themeColors(const QPalette& palette);
/// The same for charts.
ChartTheme chartTheme(const QPalette& palette);

/// Whether the desktop asks for dark, as far as Qt 6.4 can tell.
bool systemIsDark();

/// Fusion style, palette and the one style sheet, for the whole program. Follows the desktop when
/// `appearance` is System.
void applyAppearance(QApplication& application, Appearance appearance);

/// "primary", "danger", "quiet" … read by the style sheet: setRole(button, "primary").
void setRole(QWidget* widget, const char* role);

} // namespace spillway
