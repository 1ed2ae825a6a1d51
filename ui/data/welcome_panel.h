#pragma once

#include <QWidget>

class QVBoxLayout;

namespace spillway {

class Workbench;

/// The first launch: three cards that each lead somewhere, recent sessions below.
class WelcomePanel : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePanel(Workbench& workbench, QWidget* parent = nullptr);

signals:
    void tryRequested();
    void openRequested();
    void paperRequested();

private:
    void fillRecent();

    Workbench& workbench_;
    QWidget* recentBox_;
    QVBoxLayout* recent_;
};

} // namespace spillway
