#pragma once

#include "host/engine_registry.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace spillway {

class Workbench;

/// One engine with its state and the way to make it ready: the common part of the Plan page's rows
/// and the settings' list. Below the first line it shows the progress of a set-up, or why it
/// failed.
class EngineCard : public QFrame {
    Q_OBJECT
public:
    /// `lead` begins the first line; the card takes ownership.
    EngineCard(Workbench& workbench, const EngineInfo& engine, QWidget* lead,
               QWidget* parent = nullptr);

    const EngineInfo& engine() const { return engine_; }
    /// A widget at the end of the first line, before the state's button.
    void addFact(QWidget* fact);
    /// A widget under the first line.
    void addBelow(QWidget* widget);

private:
    QWidget* buildProgress();
    void refresh();
    void showProgress(const InstallProgress& progress);
    void act();

    Workbench& workbench_;
    EngineInfo engine_;
    QHBoxLayout* first_;
    QLabel* state_;
    QPushButton* action_; ///< set up, try again, trust again
    QPushButton* cancel_;
    QWidget* progress_ = nullptr;
    QProgressBar* bar_ = nullptr;
    QLabel* step_ = nullptr;
    QLabel* bytes_ = nullptr;
    QLabel* error_;
};

} // namespace spillway
