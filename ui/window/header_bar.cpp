#include "ui/window/header_bar.h"

#include "ui/parts/icons.h"
#include "ui/parts/symbol.h"
#include "ui/parts/theme.h"
#include "work/session_title.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

#include <algorithm>

namespace spillway {
namespace {

constexpr int longestName = 120;
constexpr int leastNameWidth = 90;
constexpr int nameFrame = 18; ///< what its frame and its padding take

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
      name_(new QLineEdit),
      place_(new QLabel),
      menuButton_(new QToolButton)
{
    setRole(this, "bar");
    setFixedHeight(44);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 0, 8, 0);
    layout->setSpacing(10);
    setRole(name_, "session-name");
    name_->setObjectName(QStringLiteral("session-name"));
    name_->setAccessibleName(tr("Name of the session"));
    name_->setMaxLength(longestName);
    name_->installEventFilter(this);
    setRole(place_, "muted");
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
    connect(name_, &QLineEdit::textChanged, this, &HeaderBar::fitName);
    connect(name_, &QLineEdit::returnPressed, name_, [this] { name_->clearFocus(); });
    connect(name_, &QLineEdit::editingFinished, this, &HeaderBar::rename);
    connect(&workbench_, &Workbench::sessionChanged, this, &HeaderBar::refresh);
    for (const auto changed : {&Workbench::sessionRenamed, &Workbench::recordsChanged,
                               &Workbench::datasetsChanged, &Workbench::plansChanged})
        connect(&workbench_, changed, this, &HeaderBar::refresh);
    connect(&workbench_.recentSessions(), &RecentSessions::changed, this, &HeaderBar::fillRecent);
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
    recent_->setToolTipsVisible(true);
    connect(menu, &QMenu::aboutToShow, this,
            [this] { workbench_.recentSessions().set(workbench_.settings().recentSessions); });
    rename_ = add(menu, "session", tr("Rename…"), QKeySequence(Qt::Key_F2));
    connect(rename_, &QAction::triggered, this, [this] {
        name_->setFocus();
        name_->selectAll();
    });
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
    for (const SessionBrief& brief : workbench_.recentSessions().briefs()) {
        QStringList words{sessionTitle(brief), tagsText(brief)};
        words.removeAll(QString());
        // An ampersand in a name is no shortcut.
        QAction* action = recent_->addAction(
            words.join(QStringLiteral("   ")).replace(QLatin1Char('&'), QStringLiteral("&&")));
        action->setToolTip(pathText(brief.path));
        connect(action, &QAction::triggered, this,
                [this, path = brief.path] { workbench_.openSession(path); });
    }
    recent_->setEnabled(!recent_->isEmpty());
}

void HeaderBar::refresh()
{
    if (!name_->isModified() || !name_->hasFocus()) name_->setText(workbench_.sessionName());
    name_->setReadOnly(!workbench_.hasSession() || workbench_.isReadOnly());
    name_->setFocusPolicy(name_->isReadOnly() ? Qt::NoFocus : Qt::StrongFocus);
    name_->setToolTip(name_->isReadOnly() ? QString() : tr("Rename the session (F2)"));
    rename_->setEnabled(!name_->isReadOnly());
    QString place = workbench_.hasSession() ? shortPath(workbench_.sessionPath())
                                            : tr("Saved automatically once you add data");
    if (const QString tags = tagsText(workbench_.sessionBrief()); !tags.isEmpty())
        place.prepend(tags + QStringLiteral(" · "));
    if (workbench_.isReadOnly()) place += tr(" · read only");
    place_->setText(place);
    place_->setToolTip(pathText(workbench_.sessionPath()));
    saveAs_->setEnabled(workbench_.hasSession());
    beside_->setEnabled(workbench_.hasSession());
}

/// As wide as its words, so that what stands behind it follows them.
void HeaderBar::fitName()
{
    const int wanted = name_->fontMetrics().horizontalAdvance(name_->text()) + nameFrame;
    name_->setFixedWidth(std::clamp(wanted, leastNameWidth, std::max(leastNameWidth, width() / 2)));
}

void HeaderBar::rename()
{
    if (!name_->isModified()) return;
    name_->setModified(false);
    // What it is called by itself is no name of the user's.
    workbench_.setSessionName(name_->text());
    name_->setCursorPosition(0);
}

bool HeaderBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == name_ && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        name_->setModified(false);
        name_->clearFocus();
        refresh();
        return true;
    }
    return QFrame::eventFilter(watched, event);
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
