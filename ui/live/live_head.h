#pragma once

#include "ui/compare/answer.h"

#include <QFrame>

#include <optional>

class QLabel;
class QPushButton;

namespace spillway {

class CutLabel;

/// What the head of the Live page says.
struct HeadContent {
    std::optional<Answer> answer; ///< as Compare leads with it; nothing before a counted run
    QString instead;              ///< what stands in its place
    QString plan;                 ///< "Run 5 of 36 · about 6 min left"
    QString leftOut;              ///< what a time budget left out, as a tool tip of it
    bool running = false;
    bool comparable = false; ///< there is something to compare
    int left = 0;            ///< runs that a stopped plan can still do
    int failed = 0;          ///< cells that can be run again
    bool undecided = false;  ///< further rounds of some cells may decide
    QString obstacle;        ///< why nothing can be started now; empty: it can
};

/// The verdict as it stands while rounds come in, how far the plan is, and what can be done next.
/// Its height never changes.
class LiveHead : public QFrame {
    Q_OBJECT
public:
    static constexpr int height = 64;

    explicit LiveHead(QWidget* parent = nullptr);

    void show(const HeadContent& content);

signals:
    void compareRequested();
    /// Goes on with the stopped plan.
    void resumeRequested();
    void rerunFailedRequested();
    /// Repeats what is undecided until it is settled.
    void untilDecidedRequested();

private:
    CutLabel* headline_;
    QLabel* pill_;
    CutLabel* context_;
    QLabel* plan_;
    QPushButton* untilDecided_;
    QPushButton* rerun_;
    QPushButton* resume_;
    QPushButton* compare_;
};

} // namespace spillway
