#include "ui/parts/empty_state.h"

#include "ui/parts/icons.h"
#include "ui/parts/symbol.h"
#include "ui/parts/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

EmptyState::EmptyState(const QString& icon, const QString& title, const QString& explanation,
                       const QString& action, QWidget* parent)
    : QWidget(parent), title_(new QLabel), explanation_(new QLabel)
{
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(new Symbol(icon, IconTint::Muted, 48), 0, Qt::AlignHCenter);
    setRole(title_, "title");
    layout->addWidget(title_, 0, Qt::AlignHCenter);
    setRole(explanation_, "muted");
    explanation_->setTextFormat(Qt::PlainText);
    explanation_->setAlignment(Qt::AlignHCenter);
    layout->addWidget(explanation_, 0, Qt::AlignHCenter);
    if (!action.isEmpty()) {
        action_ = new QPushButton(action);
        setRole(action_, "primary");
        connect(action_, &QPushButton::clicked, this, &EmptyState::activated);
        layout->addSpacing(8);
        layout->addWidget(action_, 0, Qt::AlignHCenter);
    }
    layout->addStretch(3);
    setWords(title, explanation);
}

void EmptyState::setWords(const QString& title, const QString& explanation)
{
    title_->setText(title);
    explanation_->setText(explanation);
    if (action_) action_->setAccessibleDescription(explanation);
}

} // namespace spillway
