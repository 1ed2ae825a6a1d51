#include "ui/parts/card_button.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/symbol.h"
#include "ui/parts/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace spillway {

CardButton::CardButton(const QString& icon, const QString& title, const QString& explanation,
                       const QString& action, QWidget* parent)
    : QPushButton(parent)
{
    setRole(this, "card");
    setAccessibleName(title);
    setAccessibleDescription(explanation);
    setCursor(Qt::PointingHandCursor);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(new Symbol(icon, IconTint::Accent, 30));
    layout->addSpacing(4);
    layout->addWidget(headingLabel(title));
    layout->addWidget(mutedLabel(explanation), 1, Qt::AlignTop);
    auto* go = new QLabel(action);
    QFont font = go->font();
    font.setWeight(QFont::DemiBold);
    go->setFont(font);
    setRole(go, "action");
    layout->addWidget(go);
    // The labels are the button's face: clicks go through them.
    for (QLabel* label : findChildren<QLabel*>())
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

QSize CardButton::sizeHint() const
{
    return {270, 210};
}

QSize CardButton::minimumSizeHint() const
{
    return {200, 200};
}

} // namespace spillway
