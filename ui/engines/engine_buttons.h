#pragma once

#include <QWidget>

class QPushButton;

namespace spillway {

class Workbench;

/// Actions on the list of engines as a whole: "Set up all", "Add my script…" and "Add engine
/// manifest…".
class EngineButtons : public QWidget {
    Q_OBJECT
public:
    explicit EngineButtons(Workbench& workbench, QWidget* parent = nullptr);

private:
    QPushButton* add(const QString& title, const QString& help);
    void refresh();
    void setUpAll();
    void chooseFile(const QString& title, const QString& filter);

    Workbench& workbench_;
    QPushButton* setUpAll_;
};

} // namespace spillway
