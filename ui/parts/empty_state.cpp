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
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(new Symbol(icon, IconTint::Muted, 48), 0, Qt::AlignHCenter);
    auto* heading = new QLabel(title);
    setRole(heading, "title");
    layout->addWidget(heading, 0, Qt::AlignHCenter);
    auto* body = new QLabel(explanation);
    setRole(body, "muted");
    layout->addWidget(body, 0, Qt::AlignHCenter);
    if (!action.isEmpty()) {
        auto* button = new QPushButton(action);
        setRole(button, "primary");
        button->setAccessibleDescription(explanation);
        connect(button, &QPushButton::clicked, this, &EmptyState::activated);
        layout->addSpacing(8);
        layout->addWidget(button, 0, Qt::AlignHCenter);
    }
    layout->addStretch(3);
}

} // namespace spillway
