#pragma once

#include "ui/parts/theme.h"

#include <QString>

namespace spillway {

/// The program's one style sheet. Widgets are told apart by their class and the property `role`.
QString styleSheet(const ThemeColors& colors);

} // namespace spillway
