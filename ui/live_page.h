#pragma once

#include "ui/page.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace spillway {

class MemoryChartView;
class TaskStreamView;

/// What runs now: memory by role, tasks, phase and Stop; or the replay of a stored run.
class LivePage : public Page {
    Q_OBJECT
public:
    LivePage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    /// Shows a stored run as if it were running.
    void replay(std::int64_t runId);

protected:
    void applyTheme() override;

private:
    void show(const LiveRun& live);
    void refreshState();

    QStackedWidget* stack_;
    QLabel* cell_;
    QLabel* phase_;
    QPushButton* stop_;
    MemoryChartView* memory_;
    TaskStreamView* tasks_;
};

} // namespace spillway
