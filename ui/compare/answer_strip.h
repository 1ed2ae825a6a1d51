#pragma once

#include "analysis/snippet.h"
#include "ui/compare/answer.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace spillway {

class CutLabel;

/// The recommendation at one height, whatever it says: the winner, three figures, how sure it is,
/// and what can be done with it. Everything else is behind "Why?".
class AnswerStrip : public QFrame {
    Q_OBJECT
public:
    static constexpr int height = 72;

    explicit AnswerStrip(QWidget* parent = nullptr);

    /// `leftOut`: what a time budget left out, or empty. `snippet`: the winner's settings in
    /// Python; empty without a winner.
    void setRecommendation(const Recommendation& recommendation, const QString& leftOut,
                           const Snippet& snippet);
    /// Failed runs, which are offered again where nothing is undecided.
    void setFailed(int runs);
    /// Why further runs cannot be run now; empty: they can.
    void setObstacle(const QString& obstacle);
    const Answer& answer() const { return answer_; }

signals:
    /// These further runs are to be started.
    void moreRequested();
    /// The failed runs are to be run again.
    void failedRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Tile {
        QLabel* figure = nullptr;
        CutLabel* caption = nullptr;
    };
    Tile addTile(QHBoxLayout* row, const QString& name);
    void showMore();
    void showWhy();
    void showProgram();

    Answer answer_;
    Recommendation recommendation_;
    QString leftOut_;
    QString obstacle_;
    int failed_ = 0;
    QString program_;
    QHBoxLayout* row_ = nullptr;
    CutLabel* headline_;
    CutLabel* context_;
    QLabel* pill_;
    Tile time_;
    Tile memory_;
    Tile next_;
    QPushButton* more_;
    QPushButton* copy_;
    QPushButton* why_;
};

} // namespace spillway
