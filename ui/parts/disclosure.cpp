#include "ui/parts/disclosure.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"

#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

Disclosure::Disclosure(const QString& title, QWidget* parent)
    : QWidget(parent),
      button_(new QPushButton(title)),
      body_(new QWidget),
      form_(new QFormLayout(body_))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    button_->setCheckable(true);
    setRole(button_, "disclosure");
    layout->addWidget(button_, 0, Qt::AlignLeft);
    layout->addWidget(body_);
    form_->setContentsMargins(22, 0, 0, 0);
    form_->setVerticalSpacing(8);
    form_->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form_->setHorizontalSpacing(14);
    connect(button_, &QPushButton::toggled, this, &Disclosure::setOpen);
    setOpen(false);
}

void Disclosure::setTitle(const QString& title)
{
    button_->setText(title);
}

void Disclosure::setOpen(bool open)
{
    button_->setChecked(open);
    button_->setIcon(lineIcon(
        open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), IconTint::Muted));
    button_->setAccessibleDescription(open ? tr("open") : tr("closed"));
    body_->setVisible(open);
}

} // namespace spillway
