#pragma once

#include "analysis/recommendation.h"

#include <QDialog>

class QDialogButtonBox;
class QPushButton;

namespace spillway {

/// What the answer rests on: its sentence, remarks, what to run next, and every engine's fastest
/// cell against the leader.
class WhyDialog : public QDialog {
    Q_OBJECT
public:
    /// `leftOut`: what a time budget left out, or empty.
    WhyDialog(const Recommendation& recommendation, const QString& leftOut,
              QWidget* parent = nullptr);
    /// Adds a button that runs what failed again.
    QPushButton* offerFailed(int runs);

private:
    QDialogButtonBox* buttons_;
};

} // namespace spillway
