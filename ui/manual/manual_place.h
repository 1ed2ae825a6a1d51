#pragma once

#include <QString>

class QWidget;

namespace spillway {

/// Sets the page of the manual about `widget` and its children: "verdict" for
/// docs/manual/verdict.md.
void setManualPage(QWidget* widget, const QString& page);

/// The page for `widget`: its own, or that of the nearest ancestor, also across a dialog's border;
/// empty when there is none.
QString manualPageAround(const QWidget* widget);

/// The page of the innermost visible widget within `widget` that has one.
QString manualPageWithin(const QWidget* widget);

} // namespace spillway
