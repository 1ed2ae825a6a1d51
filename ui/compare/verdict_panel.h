#pragma once

#include "analysis/recommendation.h"
#include "analysis/snippet.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace spillway {

/// The recommendation as text: the verdict, its remarks, and what to run next.
class VerdictPanel : public QWidget {
    Q_OBJECT
public:
    explicit VerdictPanel(QWidget* parent = nullptr);
    /// `leftOut`: what a time budget left out, or empty. `snippet`: the winner's settings in
    /// Python; empty without a winner.
    void setRecommendation(const Recommendation& recommendation, const QString& leftOut,
                           const Snippet& snippet);

private:
    QLabel* verdict_;
    QLabel* remarks_;
    QLabel* next_;
    QPushButton* copySettings_;
    QString program_;
};

} // namespace spillway
