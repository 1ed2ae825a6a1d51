#pragma once

#include <QSize>

class QWidget;

namespace spillway {

/// `wanted`, or as much of it as the window's screen has room for with a frame around it: not every
/// window manager makes a new window smaller. The window's minimum is kept in any case.
QSize fittingScreen(const QWidget& window, QSize wanted);

} // namespace spillway
