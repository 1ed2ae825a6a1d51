#pragma once

#include <QFrame>

class QAction;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace spillway {

class Workbench;

/// The strip at the top: the session's name, its location, and the menu with everything about the
/// session or program as a whole.
class HeaderBar : public QFrame {
    Q_OBJECT
public:
    explicit HeaderBar(Workbench& workbench, QWidget* parent = nullptr);

signals:
    void settingsRequested();
    void notesRequested();
    /// The user chose another session to show beside the open one.
    void compareRequested(const QString& file);
    void manualRequested();
    void shortcutsRequested();
    void aboutRequested();
    void resetLayoutRequested();
    void quitRequested();

public slots:
    void chooseNewSession();
    void chooseSession();
    void chooseSaveAs();
    void chooseBeside();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildMenu();
    void refresh();
    void fitName();
    void rename();
    void fillRecent();
    QAction* add(QMenu* menu, const char* icon, const QString& title, const QKeySequence& keys);

    Workbench& workbench_;
    QLineEdit* name_; ///< edited in place
    QLabel* place_;
    QToolButton* menuButton_;
    QMenu* recent_ = nullptr;
    QAction* rename_ = nullptr;
    QAction* saveAs_ = nullptr;
    QAction* beside_ = nullptr;
};

} // namespace spillway
