#pragma once

#include "analysis/comparison.h"
#include "work/session_view.h"
#include "work/workbench.h"

#include <QFrame>

#include <functional>
#include <memory>
#include <optional>
#include <string>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace spillway {

class ResultPanel;

/// Everything known about one point of a chart: all repeats of the cell and, for the selected one,
/// settings, environment, events and the engine's output.
class RunDrawer : public QFrame {
    Q_OBJECT
public:
    explicit RunDrawer(Workbench& workbench, QWidget* parent = nullptr);

    /// Shows a cell of the open session, or of `other`, whose runs cannot be replayed.
    void showCell(const CellKey& cell, std::shared_ptr<const SessionView> other = {});
    /// Selects a run of the cell that is shown.
    void selectRun(qint64 runId);
    qint64 currentRun() const;
    /// The cell that is shown; nothing of another session.
    std::optional<CellKey> ownCell() const;

signals:
    void closed();
    void replayRequested(qint64 runId);
    /// A run of the open session is to be left out, for a reason that the user gave.
    void excludeRequested(qint64 runId, const QString& reason);
    void includeRequested(qint64 runId);
    void deleteRequested(qint64 runId);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void listRuns();
    /// After runs were added, excluded or deleted; the chosen one stays.
    void follow();
    void showRun();
    void showWhatCanBeDone(const RunRecord* run);
    void excludeOrInclude();
    void showResult(const RunRecord& run, const Result<RunTrace>& trace);
    /// Of a wrong result: beside the rows of a run that answered right.
    void showDifferences(const RunRecord& run, const ResultTable& found);
    void loadDetails(qint64 runId);
    /// The trace of a run of the session that is shown.
    void loadTrace(qint64 runId, std::function<void(const Result<RunTrace>&)> done);
    void showTrace(qint64 runId, const Result<RunTrace>& trace);
    void showEnvironment(qint64 runId, const Result<Environment>& environment);
    const std::vector<RunRecord>& records() const;
    const RunRecord* record(qint64 runId) const;

    Workbench& workbench_;
    std::shared_ptr<const SessionView> other_; ///< null: the open session
    QLabel* title_;
    QListWidget* repeats_;
    QPlainTextEdit* facts_;
    ResultPanel* result_;
    QTabWidget* tabs_;
    QPlainTextEdit* events_;
    QPlainTextEdit* output_;
    QPlainTextEdit* environment_;
    QPushButton* replay_;
    QPushButton* exclude_;
    QPushButton* delete_;
    CellKey cell_;
    std::optional<std::string> shownExcluded_; ///< of the run that is shown: why it is excluded
};

} // namespace spillway
