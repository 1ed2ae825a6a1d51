#pragma once

#include "analysis/recommendation.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace spillway {

/// The recommendation in words: the verdict, what goes with it, and what to run next.
class VerdictPanel : public QWidget {
    Q_OBJECT
public:
    explicit VerdictPanel(QWidget* parent = nullptr);
    /// `program`: the winner's settings in Python; empty without a winner.
    void setRecommendation(const Recommendation& recommendation, const QString& leftOut,
                           const QString& program);

private:
    QLabel* verdict_;
    QLabel* remarks_;
    QLabel* next_;
    QPushButton* copySettings_;
    QString program_;
};

} // namespace spillway
