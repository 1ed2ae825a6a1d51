#pragma once

#include "charts/chart_style.h"
#include "work/settings.h"

#include <QColor>
#include <QPalette>

class QApplication;

namespace spillway {

/// The window's colours, named by what they are for. Text has a contrast of at least 4.5 on its
/// background.
struct ThemeColors {
    bool dark = false;
    QColor window;  ///< background of a page
    QColor surface; ///< cards, lists, fields
    QColor raised;  ///< hover, table headers
    QColor sidebar;
    QColor border;
    QColor text;
    QColor muted;      ///< secondary text
    QColor accent;     ///< the primary button, selection, focus
    QColor accentText; ///< on the accent
    QColor accentSoft; ///< a tint of the accent, as background
    QColor danger;
    QColor dangerSoft;
    QColor warning;
    QColor warningSoft;
    QColor success;
    bool highContrast = false; ///< frames as strong as text, and a thicker one around the focus

    static ThemeColors light();
    static ThemeColors darkTheme();
    /// Text has a contrast of at least 7, frames and the focus of at least 4.5.
    static ThemeColors contrasting(bool dark);
};

/// The colours that match a widget's palette: how a widget gets the theme without a global. Call it
/// again in changeEvent on QEvent::PaletteChange (Page does so for its subclasses).
ThemeColors themeColors(const QPalette& palette);
/// The same for charts.
ChartTheme chartTheme(const QPalette& palette);

/// Whether the desktop prefers dark, as far as Qt 6.4 can tell.
bool systemIsDark();

/// Fusion style, palette and the one style sheet, for the whole program. Follows the desktop when
/// `appearance` is System.
void applyAppearance(QApplication& application, Appearance appearance);

/// "primary", "danger", "quiet" … read by the style sheet: setRole(button, "primary").
void setRole(QWidget* widget, const char* role);

} // namespace spillway
