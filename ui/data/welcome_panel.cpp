#include "ui/data/welcome_panel.h"

#include "ui/parts/card_button.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/session_title.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

WelcomePanel::WelcomePanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      recentBox_(new QWidget),
      recent_(new QVBoxLayout(recentBox_))
{
    auto* title = new QLabel(tr("Which engine finishes your job?"));
    setRole(title, "title");
    auto* cards = new QHBoxLayout;
    cards->setSpacing(16);
    auto* attempt = new CardButton(QStringLiteral("try"), tr("Try it (2 minutes)"),
                                   tr("Compares Polars, DuckDB, Dask and Ray with whatever else is "
                                      "ready, on generated data. Offers to set them up first."),
                                   tr("Compare"));
    auto* open =
        new CardButton(QStringLiteral("table"), tr("Open my data"),
                       tr("CSV or other delimited text, Parquet, a folder of parts. Columns are "
                          "guessed, shown, and can be "
                          "corrected."),
                       tr("Choose a file"));
    auto* paper =
        new CardButton(QStringLiteral("paper"), tr("Repeat the paper"),
                       tr("The published comparison of Ray and Dask, scaled to this machine: "
                          "random labels, two features, the same worker counts."),
                       tr("Set it up"));
    attempt->setObjectName(QStringLiteral("tryCard"));
    open->setObjectName(QStringLiteral("openCard"));
    paper->setObjectName(QStringLiteral("paperCard"));
    for (CardButton* card : {attempt, open, paper})
        cards->addWidget(card);
    connect(attempt, &CardButton::clicked, this, &WelcomePanel::tryRequested);
    connect(open, &CardButton::clicked, this, &WelcomePanel::openRequested);
    connect(paper, &CardButton::clicked, this, &WelcomePanel::paperRequested);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(32, 28, 32, 20);
    layout->setSpacing(6);
    layout->addWidget(title);
    layout->addWidget(mutedLabel(tr("Make or open a dataset, run the same work on every engine and "
                                    "worker count, and compare time and memory.")));
    layout->addSpacing(14);
    layout->addLayout(cards);
    layout->addSpacing(22);
    recent_->setContentsMargins({});
    recent_->setSpacing(2);
    layout->addWidget(recentBox_);
    layout->addStretch();
    connect(&workbench_.recentSessions(), &RecentSessions::changed, this,
            &WelcomePanel::fillRecent);
    fillRecent();
}

void WelcomePanel::fillRecent()
{
    while (QLayoutItem* item = recent_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto& sessions = workbench_.recentSessions().briefs();
    recentBox_->setVisible(!sessions.empty());
    recent_->addWidget(headingLabel(tr("Recent sessions")));
    std::size_t shown = 0;
    for (const SessionBrief& brief : sessions) {
        if (++shown > 5) break;
        const auto path = brief.path;
        QStringList words{sessionTitle(brief), tagsText(brief),
                          brief.runs > 0 ? runsText(brief.runs) : QString()};
        words.removeAll(QString());
        auto* button = new QPushButton(
            words.join(QStringLiteral("   ")).replace(QLatin1Char('&'), QStringLiteral("&&")));
        button->setIcon(lineIcon(QStringLiteral("session"), IconTint::Muted));
        button->setToolTip(pathText(path));
        setRole(button, "link");
        connect(
            button, &QPushButton::clicked, this, [this, path] { workbench_.openSession(path); },
            Qt::QueuedConnection); // the button goes when the list is filled again
        recent_->addWidget(button, 0, Qt::AlignLeft);
    }
}

} // namespace spillway
