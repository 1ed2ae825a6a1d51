#pragma once

class QWidget;

namespace spillway {

/// Version, licence and what the program is for. Does not block.
void showAbout(QWidget* parent);
/// Every shortcut of the window. Does not block.
void showShortcuts(QWidget* parent);

} // namespace spillway
