#pragma once

#include "ui/parts/theme.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QWidget>

namespace spillway {

/// One of the four pages. Knows the document and the measurement, and is told when the theme
/// changes.
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
    /// The live page is to replay a stored run.
    void replayRequested(qint64 runId);

protected:
    Workbench& workbench() const { return workbench_; }
    RunController& runs() const { return runs_; }
    /// Charts and painted colours take their theme here; the rest follows palette and style sheet.
    virtual void applyTheme() {}
    void changeEvent(QEvent* event) override;

private:
    Workbench& workbench_;
    RunController& runs_;
};

} // namespace spillway
