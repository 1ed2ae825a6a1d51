#pragma once

#include <QSize>

class QWidget;

namespace spillway {

/// `wanted`, or as much of it as fits the window's screen with a frame around it: not every window
/// manager shrinks a new window. Never below the window's minimum.
QSize fittingScreen(const QWidget& window, QSize wanted);

} // namespace spillway
