#pragma once

#include "analysis/comparison.h"
#include "ui/work/workbench.h"

#include <QFrame>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace spillway {

/// Everything that is known of one point of a chart: all repeats of the cell and, of the chosen
/// one, settings, environment, events, and what the engine said.
class RunDrawer : public QFrame {
    Q_OBJECT
public:
    explicit RunDrawer(Workbench& workbench, QWidget* parent = nullptr);

    void showCell(const CellKey& cell);
    /// Chooses a run of the cell on show.
    void selectRun(qint64 runId);
    qint64 currentRun() const;

signals:
    void closed();
    void replayRequested(qint64 runId);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showRun();
    const RunRecord* record(qint64 runId) const;

    Workbench& workbench_;
    QLabel* title_;
    QListWidget* repeats_;
    QPlainTextEdit* facts_;
    QPlainTextEdit* events_;
    QPlainTextEdit* output_;
    QPlainTextEdit* environment_;
    QPushButton* replay_;
};

} // namespace spillway
