#pragma once

#include <QString>

class QWidget;

namespace spillway {

/// Says which page of the manual is about `widget` and what is in it: "verdict" for
/// docs/manual/verdict.md.
void setManualPage(QWidget* widget, const QString& page);

/// The page for a user who is at `widget`: its own, or that of the nearest widget around it, also
/// beyond a dialog's edge; empty when there is none.
QString manualPageAround(const QWidget* widget);

/// The page of what is in front within `widget`: of the innermost visible widget that has one.
QString manualPageWithin(const QWidget* widget);

} // namespace spillway
