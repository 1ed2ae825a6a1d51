#pragma once

#include "ui/parts/theme.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QWidget>

namespace spillway {

/// One of the four pages. Has access to the document and the measurement, and is notified when the
/// theme changes.
class Page : public QWidget {
    Q_OBJECT
public:
    Page(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

signals:
    /// Asks the window to show another page.
    void dataPageRequested();
    void planPageRequested();
    void livePageRequested();
    void comparePageRequested();
    /// Asks the Live page to replay a stored run.
    void replayRequested(qint64 runId);

protected:
    Workbench& workbench() const { return workbench_; }
    RunController& runs() const { return runs_; }
    /// Updates charts and painted colours; everything else follows the palette and the style sheet.
    virtual void applyTheme() {}
    void changeEvent(QEvent* event) override;

private:
    Workbench& workbench_;
    RunController& runs_;
};

} // namespace spillway
