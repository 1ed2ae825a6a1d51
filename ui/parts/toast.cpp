#include "ui/parts/toast.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace spillway {
namespace {

constexpr int toastFromTheFoot = 14;
constexpr int leastToastMargin = 20; ///< beside it

} // namespace

Toast::Toast(QWidget* parent)
    : QFrame(parent), label_(new QLabel), button_(new QPushButton(tr("Undo")))
{
    setRole(this, "toast");
    setObjectName(QStringLiteral("toast"));
    label_->setTextFormat(Qt::PlainText);
    setRole(button_, "link");
    button_->setFocusPolicy(Qt::TabFocus); // a click leaves the focus where the work is
    auto* close = new QToolButton;
    close->setIcon(lineIcon(QStringLiteral("close")));
    close->setAccessibleName(tr("Close the message"));
    close->setToolTip(tr("Close (Esc)"));
    close->setFocusPolicy(Qt::TabFocus);
    setRole(close, "quiet");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 4, 6, 4);
    layout->addWidget(label_, 1);
    layout->addWidget(button_);
    layout->addWidget(close);
    connect(button_, &QPushButton::clicked, this, &Toast::act);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    timer_.setInterval(shownMs);
    connect(&timer_, &QTimer::timeout, this, &Toast::goUnlessUsed);
    parent->installEventFilter(this);
    hide();
}

void Toast::say(const QString& words)
{
    say(words, {}, {});
}

void Toast::say(const QString& words, const QString& title, std::function<void()> action)
{
    label_->setText(words);
    setAccessibleName(words);
    button_->setText(title);
    button_->setVisible(!title.isEmpty());
    action_ = std::move(action);
    place();
    show();
    raise();
    timer_.start();
    QAccessibleEvent spoken(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&spoken);
}

QString Toast::words() const
{
    return isHidden() ? QString() : label_->text();
}

void Toast::act()
{
    const auto action = std::move(action_);
    hide();
    if (action) action();
}

void Toast::goUnlessUsed()
{
    if (underMouse() || isAncestorOf(QApplication::focusWidget())) return; // asked again
    timer_.stop();
    hide();
}

void Toast::place()
{
    const int room = parentWidget()->width() - 2 * leastToastMargin;
    layout()->activate();
    const QSize size(std::min(sizeHint().width(), room), sizeHint().height());
    setGeometry(QRect({(parentWidget()->width() - size.width()) / 2,
                       parentWidget()->height() - size.height() - toastFromTheFoot},
                      size));
}

bool Toast::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible()) place();
    return QFrame::eventFilter(watched, event);
}

void Toast::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace spillway
