#pragma once

#include <QIcon>
#include <QString>

namespace spillway {

/// The colour of a line icon. It follows the theme: the icon is painted from the program's palette
/// each time.
enum class IconTint { Text, Muted, Accent, OnAccent, Danger, Warning };

/// A line icon of resources/icons by its file name without ".svg". Checked icons take the accent.
QIcon lineIcon(const QString& name, IconTint tint = IconTint::Text);

/// Registers the icons' resources, which the style sheet needs before the first icon is created.
void registerIconResources();

/// The program's logo, in its own colours.
QIcon programIcon();

} // namespace spillway
