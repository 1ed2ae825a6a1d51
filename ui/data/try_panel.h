#pragma once

#include "host/setup_need.h"

#include <QWidget>

#include <string>

class QLabel;
class QProgressBar;
class QPushButton;

namespace spillway {

class Workbench;

/// Asks, before a first experiment, whether to make its engines ready, with size and time; shows
/// how far that is, and gives up on request. It is made anew of what is missing each time it
/// begins.
class TryPanel : public QWidget {
    Q_OBJECT
public:
    explicit TryPanel(Workbench& workbench, QWidget* parent = nullptr);

    /// Whether there is anything to ask.
    static bool isNeeded(const Workbench& workbench);
    void begin();

signals:
    /// With what is ready now.
    void goOn();
    void givenUp();

private:
    void setUp();
    void stop();
    void onEngineChanged(const std::string& id);
    void onEnginesLooked();
    void show(const QString& words, bool settingUp);
    void showProgress(const std::string& id);
    QString readyWords() const;

    Workbench& workbench_;
    SetupNeed need_;
    bool settingUp_ = false;
    bool stopped_ = false;
    QLabel* words_;
    QLabel* step_;
    QProgressBar* progress_;
    QPushButton* setUp_;
    QPushButton* without_;
    QPushButton* cancel_;
};

} // namespace spillway
