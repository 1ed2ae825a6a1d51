#pragma once

#include "experiment/job_plan.h"
#include "host/engine_registry.h"

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace spillway {

class CodeHighlighter;
class FirstRows;

/// What becomes of a query, in tabs: its first rows, and the program of each engine to read and to
/// copy, or why the engine cannot do it.
class JobResults : public QWidget {
    Q_OBJECT
public:
    explicit JobResults(FirstRows& rows, QWidget* parent = nullptr);

    /// The tab that is open stays open if its engine is still there.
    void showPrograms(const PlannedJob& job, const EngineRegistry& registry);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showTab(int tab);

    struct Program {
        QString title;
        JobProgram program;
    };
    QTabBar* tabs_;
    QStackedWidget* stack_;
    QPlainTextEdit* code_;
    CodeHighlighter* colours_;
    QPushButton* copy_;
    std::vector<Program> programs_; ///< of the tabs after the first
};

} // namespace spillway
