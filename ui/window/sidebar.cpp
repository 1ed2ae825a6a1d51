#include "ui/window/sidebar.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"

#include <QButtonGroup>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace spillway {

Sidebar::Sidebar(QWidget* parent) : QFrame(parent)
{
    setRole(this, "sidebar");
    setFixedWidth(160);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 10, 0, 10);
    layout->setSpacing(2);
    auto* group = new QButtonGroup(this);
    const struct {
        const char* icon;
        QString title;
        QString help;
    } pages[] = {{"data", tr("Data"), tr("Generate a dataset or open your own")},
                 {"plan", tr("Plan"), tr("Choose engines, workers, memory limit and repeats")},
                 {"live", tr("Live"), tr("Watch what runs now, or replay a run")},
                 {"compare", tr("Compare"), tr("Charts, tables and the verdict")}};
    int number = 0;
    for (const auto& page : pages) {
        auto* button = new QToolButton;
        button->setIcon(lineIcon(QLatin1String(page.icon)));
        button->setIconSize(QSize(20, 20));
        button->setText(QStringLiteral("  ") + page.title);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setCheckable(true);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setAccessibleName(page.title);
        button->setToolTip(tr("%1 (Ctrl+%2)").arg(page.help).arg(number + 1));
        setRole(button, "page");
        group->addButton(button);
        layout->addWidget(button);
        buttons_ << button;
        const auto id = static_cast<PageId>(number);
        connect(button, &QToolButton::clicked, this, [this, id] { emit chosen(id); });
        auto* shortcut =
            new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + number)), this);
        shortcut->setContext(Qt::WindowShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, id] { emit chosen(id); });
        ++number;
    }
    layout->addStretch();
}

void Sidebar::setCurrent(PageId page)
{
    buttons_[static_cast<int>(page)]->setChecked(true);
}

} // namespace spillway
