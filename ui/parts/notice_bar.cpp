#include "ui/parts/notice_bar.h"

#include "ui/parts/icons.h"
#include "ui/parts/symbol.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace spillway {

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent),
      symbol_(new Symbol(QStringLiteral("info"), IconTint::Accent, 18)),
      label_(new QLabel),
      actions_(new QHBoxLayout)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->setSpacing(10);
    label_->setWordWrap(true);
    label_->setTextFormat(Qt::PlainText);
    label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QToolButton;
    close->setIcon(lineIcon(QStringLiteral("close"), IconTint::Muted));
    close->setAccessibleName(tr("Close this notice"));
    close->setToolTip(tr("Close this notice"));
    setRole(close, "quiet");
    connect(close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    layout->addWidget(symbol_, 0, Qt::AlignVCenter);
    layout->addWidget(label_, 1);
    layout->addLayout(actions_);
    layout->addWidget(close, 0, Qt::AlignVCenter);
    hide();
}

void NoticeBar::show(Kind kind, const QString& message)
{
    kind_ = kind;
    switch (kind) {
    case Kind::Info:
        setRole(this, "notice-info");
        symbol_->setSymbol(QStringLiteral("info"), IconTint::Accent);
        break;
    case Kind::Warning:
        setRole(this, "notice-warning");
        symbol_->setSymbol(QStringLiteral("warning"), IconTint::Warning);
        break;
    case Kind::Error:
        setRole(this, "notice-error");
        symbol_->setSymbol(QStringLiteral("warning"), IconTint::Danger);
        break;
    }
    label_->setText(message);
    setAccessibleName(message);
    QFrame::show();
}

void NoticeBar::show(const Error& error)
{
    show(Kind::Error, windowWords(error));
}

void NoticeBar::clear()
{
    label_->clear();
    while (QLayoutItem* item = actions_->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    hide();
}

void NoticeBar::dismiss()
{
    clear();
    emit dismissed();
}

QPushButton* NoticeBar::addAction(const QString& title)
{
    auto* button = new QPushButton(title);
    actions_->addWidget(button);
    return button;
}

QString NoticeBar::message() const
{
    return label_->text();
}

void NoticeBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QFrame::keyPressEvent(event);
}

} // namespace spillway
