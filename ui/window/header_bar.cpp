#include "ui/window/header_bar.h"

#include "ui/parts/icons.h"
#include "ui/parts/symbol.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace spillway {
namespace {

QFileDialog* sessionDialog(QWidget* parent, const QString& title, const Workbench& workbench)
{
    auto* dialog = new QFileDialog(parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilter(HeaderBar::tr("Sessions (*.spillway)"));
    dialog->setDefaultSuffix(QStringLiteral("spillway"));
    dialog->setDirectory(pathText(workbench.hasSession() ? workbench.sessionPath().parent_path()
                                                         : workbench.settings().sessionFolder));
    return dialog;
}

} // namespace

HeaderBar::HeaderBar(Workbench& workbench, QWidget* parent)
    : QFrame(parent),
      workbench_(workbench),
      name_(new QLabel),
      place_(new QLabel),
      menuButton_(new QToolButton)
{
    setRole(this, "bar");
    setFixedHeight(44);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 0, 8, 0);
    layout->setSpacing(10);
    setRole(name_, "heading");
    setRole(place_, "muted");
    name_->setTextFormat(Qt::PlainText);
    place_->setTextFormat(Qt::PlainText);
    place_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    menuButton_->setIcon(lineIcon(QStringLiteral("menu")));
    menuButton_->setText(tr("Menu"));
    menuButton_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    menuButton_->setPopupMode(QToolButton::InstantPopup);
    menuButton_->setAccessibleName(tr("Session and program menu"));
    menuButton_->setToolTip(tr("Session and program menu (F10)"));
    menuButton_->setShortcut(QKeySequence(Qt::Key_F10));
    setRole(menuButton_, "quiet");
    layout->addWidget(new Symbol(QStringLiteral("session"), IconTint::Muted, 18));
    layout->addWidget(name_);
    layout->addWidget(place_, 1);
    layout->addWidget(menuButton_);
    buildMenu();
    connect(&workbench_, &Workbench::sessionChanged, this, &HeaderBar::refresh);
    refresh();
}

QAction* HeaderBar::add(QMenu* menu, const char* icon, const QString& title,
                        const QKeySequence& keys)
{
    QAction* action = menu->addAction(lineIcon(QLatin1String(icon)), title);
    action->setShortcut(keys);
    addAction(action); // so that the shortcut works while the menu is closed
    return action;
}

void HeaderBar::buildMenu()
{
    auto* menu = new QMenu(this);
    connect(add(menu, "add", tr("New session…"), QKeySequence::New), &QAction::triggered, this,
            &HeaderBar::chooseNewSession);
    connect(add(menu, "folder", tr("Open session…"), QKeySequence::Open), &QAction::triggered, this,
            &HeaderBar::chooseSession);
    recent_ = menu->addMenu(lineIcon(QStringLiteral("clock")), tr("Recent sessions"));
    connect(menu, &QMenu::aboutToShow, this, &HeaderBar::fillRecent);
    saveAs_ = add(menu, "copy", tr("Save as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    connect(saveAs_, &QAction::triggered, this, &HeaderBar::chooseSaveAs);
    beside_ = add(menu, "compare", tr("Compare with another session…"), {});
    connect(beside_, &QAction::triggered, this, &HeaderBar::chooseBeside);
    connect(add(menu, "file", tr("Notes…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)),
            &QAction::triggered, this, &HeaderBar::notesRequested);
    menu->addSeparator();
    connect(add(menu, "settings", tr("Settings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma)),
            &QAction::triggered, this, &HeaderBar::settingsRequested);
    connect(menu->addAction(tr("Reset the layout")), &QAction::triggered, this,
            &HeaderBar::resetLayoutRequested);
    menu->addSeparator();
    connect(add(menu, "help", tr("Manual"), QKeySequence(Qt::Key_F1)), &QAction::triggered, this,
            &HeaderBar::manualRequested);
    connect(add(menu, "info", tr("Keyboard shortcuts"), QKeySequence(Qt::CTRL | Qt::Key_Slash)),
            &QAction::triggered, this, &HeaderBar::shortcutsRequested);
    connect(menu->addAction(tr("About Spillway")), &QAction::triggered, this,
            &HeaderBar::aboutRequested);
    menu->addSeparator();
    connect(add(menu, "close", tr("Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q)), &QAction::triggered,
            this, &HeaderBar::quitRequested);
    menuButton_->setMenu(menu);
}

void HeaderBar::fillRecent()
{
    recent_->clear();
    for (const auto& path : workbench_.settings().recentSessions) {
        QAction* action = recent_->addAction(shortPath(path));
        connect(action, &QAction::triggered, this, [this, path] { workbench_.openSession(path); });
    }
    recent_->setEnabled(!recent_->isEmpty());
}

void HeaderBar::refresh()
{
    name_->setText(workbench_.sessionName());
    QString place = workbench_.hasSession() ? shortPath(workbench_.sessionPath().parent_path())
                                            : tr("Saved automatically once you add data");
    if (workbench_.isReadOnly()) place += tr(" · read only");
    place_->setText(place);
    place_->setToolTip(pathText(workbench_.sessionPath()));
    saveAs_->setEnabled(workbench_.hasSession());
    beside_->setEnabled(workbench_.hasSession());
}

void HeaderBar::chooseNewSession()
{
    QFileDialog* dialog = sessionDialog(this, tr("New session"), workbench_);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    // A session is never replaced: the store refuses, so there is nothing to confirm.
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& file) { workbench_.newSession(pathOf(file)); });
    dialog->open();
}

void HeaderBar::chooseSession()
{
    QFileDialog* dialog = sessionDialog(this, tr("Open session"), workbench_);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& file) { workbench_.openSession(pathOf(file)); });
    dialog->open();
}

void HeaderBar::chooseBeside()
{
    QFileDialog* dialog = sessionDialog(this, tr("Compare with another session"), workbench_);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &HeaderBar::compareRequested);
    dialog->open();
}

void HeaderBar::chooseSaveAs()
{
    QFileDialog* dialog = sessionDialog(this, tr("Save session as"), workbench_);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& file) { workbench_.saveSessionAs(pathOf(file)); });
    dialog->open();
}

} // namespace spillway
