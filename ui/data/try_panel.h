#pragma once

#include "host/setup_need.h"

#include <QWidget>

#include <string>

class QLabel;
class QProgressBar;
class QPushButton;

namespace spillway {

class Workbench;

/// Asks, before a first experiment, whether to set up its engines, stating size and time; shows
/// progress and can be cancelled. It is rebuilt from what is missing each time it opens.
class TryPanel : public QWidget {
    Q_OBJECT
public:
    explicit TryPanel(Workbench& workbench, QWidget* parent = nullptr);

    /// Whether any engine is left to set up.
    static bool isNeeded(const Workbench& workbench);
    void begin();

signals:
    /// Continue with the engines that are ready now.
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
