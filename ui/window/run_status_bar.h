#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;
class QProgressBar;
class QPushButton;

namespace spillway {

class RunController;

/// The strip at the bottom: what runs now, how far the plan is, how long it will take, and Stop.
class RunStatusBar : public QFrame {
    Q_OBJECT
public:
    explicit RunStatusBar(RunController& runs, QWidget* parent = nullptr);

private:
    void refresh();
    void showRunning();

    RunController& runs_;
    QLabel* cell_;
    QProgressBar* progress_;
    QLabel* eta_;
    QPushButton* stop_;
    QTimer clock_;
};

} // namespace spillway
