#include "ui/manual/manual_window.h"

#include "ui/manual/manual_view.h"
#include "ui/parts/icons.h"
#include "ui/parts/screen_fit.h"
#include "ui/parts/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr QSize manualSize(1000, 720);
constexpr QSize smallestManual(560, 400);
constexpr int contentsWidth = 230;

QToolButton* barButton(const char* icon, const QString& title, const QKeySequence& keys)
{
    auto* button = new QToolButton;
    button->setIcon(lineIcon(QLatin1String(icon)));
    button->setAccessibleName(title);
    button->setToolTip(
        QStringLiteral("%1 (%2)").arg(title, keys.toString(QKeySequence::NativeText)));
    button->setShortcut(keys);
    button->setEnabled(false);
    setRole(button, "quiet");
    return button;
}

} // namespace

ManualWindow::ManualWindow(const std::filesystem::path& folder)
    : entries_(manualEntries(folder)),
      search_(new QLineEdit),
      list_(new QListWidget),
      found_(new QLabel),
      view_(new ManualView(folder))
{
    setWindowTitle(tr("Manual"));
    setWindowIcon(programIcon());
    setAttribute(Qt::WA_QuitOnClose, false);
    setMinimumSize(smallestManual);
    resize(fittingScreen(*this, manualSize));
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(buildBar());
    right->addWidget(view_, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(buildContents());
    layout->addLayout(right, 1);
    connect(view_, &ManualView::pageChanged, this, &ManualWindow::follow);
    search();
}

QWidget* ManualWindow::buildContents()
{
    auto* side = new QFrame;
    setRole(side, "sidebar");
    side->setFixedWidth(contentsWidth);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    search_->setPlaceholderText(tr("Search (Ctrl+F)"));
    search_->setAccessibleName(tr("Search the manual"));
    search_->setClearButtonEnabled(true);
    list_->setAccessibleName(tr("Contents"));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setSpacing(4);
    list_->setObjectName(QStringLiteral("manualContents"));
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setRole(found_, "muted");
    found_->setWordWrap(true);
    layout->addWidget(search_);
    layout->addWidget(found_);
    layout->addWidget(list_, 1);
    connect(search_, &QLineEdit::textChanged, this, &ManualWindow::search);
    connect(list_, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item) view_->showPage(item->data(Qt::UserRole).toString());
    });
    auto* key = new QShortcut(QKeySequence::Find, this);
    connect(key, &QShortcut::activated, this, [this] {
        search_->setFocus(Qt::ShortcutFocusReason);
        search_->selectAll();
    });
    return side;
}

QWidget* ManualWindow::buildBar()
{
    auto* bar = new QFrame;
    setRole(bar, "bar");
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    auto* back = barButton("back", tr("Back"), QKeySequence(Qt::ALT | Qt::Key_Left));
    auto* forward = barButton("forward", tr("Forward"), QKeySequence(Qt::ALT | Qt::Key_Right));
    connect(back, &QToolButton::clicked, view_, &QTextBrowser::backward);
    connect(forward, &QToolButton::clicked, view_, &QTextBrowser::forward);
    connect(view_, &QTextBrowser::backwardAvailable, back, &QWidget::setEnabled);
    connect(view_, &QTextBrowser::forwardAvailable, forward, &QWidget::setEnabled);
    layout->addWidget(back);
    layout->addWidget(forward);
    layout->addStretch();
    return bar;
}

void ManualWindow::open(const QString& page)
{
    search_->clear();
    view_->showPage(page);
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    view_->setFocus(); // arrows and Page Down read on
}

void ManualWindow::search()
{
    const auto words = search_->text().simplified().split(u' ', Qt::SkipEmptyParts);
    const QSignalBlocker still(list_);
    list_->clear();
    for (const auto& entry : entries_)
        if (mentions(entry, words)) {
            auto* item = new QListWidgetItem(entry.title, list_);
            item->setData(Qt::UserRole, entry.page);
            item->setToolTip(entry.title);
        }
    found_->setVisible(!words.isEmpty());
    found_->setText(list_->count() == 0   ? tr("No page has all of these words.")
                    : list_->count() == 1 ? tr("1 page")
                                          : tr("%1 pages").arg(list_->count()));
    follow(view_->page());
}

void ManualWindow::follow(const QString& page)
{
    const QSignalBlocker still(list_);
    list_->setCurrentRow(-1);
    for (int row = 0; row < list_->count(); ++row)
        if (list_->item(row)->data(Qt::UserRole).toString() == page) list_->setCurrentRow(row);
    const auto words = search_->text().simplified().split(u' ', Qt::SkipEmptyParts);
    if (!words.isEmpty()) view_->find(words, false);
}

void ManualWindow::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape && !search_->text().isEmpty()) {
        search_->clear();
    } else if (event->key() == Qt::Key_Escape) {
        close();
    } else if (enter && search_->hasFocus() && list_->count() > 0) {
        // The page that is shown, where it has the words; else the first that has them.
        const auto words = search_->text().simplified().split(u' ', Qt::SkipEmptyParts);
        if (list_->currentRow() < 0)
            list_->setCurrentRow(0);
        else
            view_->find(words, true);
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace spillway
