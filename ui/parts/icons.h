#pragma once

#include <QIcon>
#include <QString>

namespace spillway {

/// What colour a line icon takes. It follows the theme by itself: it is painted from the program's
/// palette each time.
enum class IconTint { Text, Muted, Accent, OnAccent, Danger, Warning };

/// A line icon of resources/icons by its file name without ".svg". Checked icons take the accent.
QIcon lineIcon(const QString& name, IconTint tint = IconTint::Text);

/// Makes the icons' resources known; the style sheet needs them before any icon has been asked for.
void registerIconResources();

/// The program's own mark, in its own colours.
QIcon programIcon();

} // namespace spillway
