#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;
class QProgressBar;
class QPushButton;

namespace spillway {

class EngineSetup;
class RunController;

/// The strip at the bottom: what is running, the plan's progress and time left, and Stop. Between
/// plans it shows an engine that is being set up or removed.
class RunStatusBar : public QFrame {
    Q_OBJECT
public:
    RunStatusBar(RunController& runs, const EngineSetup& setup, QWidget* parent = nullptr);

private:
    void refresh();
    void showRunning();
    QString idleText() const;

    RunController& runs_;
    const EngineSetup& setup_;
    QLabel* cell_;
    QProgressBar* progress_;
    QLabel* eta_;
    QPushButton* stop_;
    QTimer clock_;
};

} // namespace spillway
