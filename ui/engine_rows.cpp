#include "ui/engine_rows.h"

#include "ui/engine_text.h"
#include "ui/form_parts.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/workbench.h"

#include "charts/chart_style.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {

EngineRows::EngineRows(Workbench& workbench, QWidget* parent)
    : QWidget(parent), workbench_(workbench), layout_(new QVBoxLayout(this))
{
    layout_->setContentsMargins({});
    layout_->setSpacing(6);
    connect(&workbench_, &Workbench::enginesChanged, this, &EngineRows::fill);
    fill();
}

void EngineRows::fill()
{
    while (QLayoutItem* item = layout_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    rows_.clear();
    for (const EngineInfo& engine : workbench_.engines())
        layout_->addWidget(makeRow(engine));
    if (workbench_.engines().empty())
        layout_->addWidget(mutedLabel(workbench_.registry()
                                          ? tr("No engine was found. \"spillway doctor\" says why.")
                                          : tr("Looking for engines…")));
    emit filled();
    emit edited();
}

QWidget* EngineRows::makeRow(const EngineInfo& engine)
{
    auto* card = new QFrame;
    setRole(card, "card");
    auto* layout = new QHBoxLayout(card);
    layout->setContentsMargins(12, 7, 10, 7);
    layout->setSpacing(10);
    Row row{.id = engine.manifest.id};
    const bool ready = engine.state == EngineState::Ready;
    row.check = new QCheckBox(text(engine.manifest.title));
    row.check->setEnabled(ready);
    row.check->setChecked(ready);
    row.check->setToolTip(engineStateText(engine));
    row.profile = new QComboBox;
    row.profile->setAccessibleName(tr("Profile of %1").arg(text(engine.manifest.title)));
    for (const EngineProfile& profile : engine.manifest.profiles) {
        row.profile->addItem(text(profile.title.empty() ? profile.id : profile.title),
                             text(profile.id));
        row.profile->setItemData(row.profile->count() - 1, text(profile.help), Qt::ToolTipRole);
    }
    row.profile->setVisible(engine.manifest.profiles.size() > 1);
    row.profile->setEnabled(ready);
    auto* state = new QLabel(engineStateName(engine));
    setRole(state, ready ? "good" : "warning");
    auto* kind = new QLabel(engine.manifest.deployable ? QString() : tr("reference"));
    kind->setToolTip(tr("Reference only, not a library you can deploy"));
    setRole(kind, "muted");
    layout->addWidget(row.check);
    layout->addWidget(row.profile);
    layout->addStretch();
    layout->addWidget(kind);
    layout->addWidget(state);
    if (engine.state == EngineState::NotInstalled) {
        auto* setUp = new QPushButton(tr("Copy set-up command"));
        setUp->setToolTip(text(engine.detail));
        connect(setUp, &QPushButton::clicked, this, [id = text(engine.manifest.id)] {
            QGuiApplication::clipboard()->setText(QStringLiteral("spillway engines install ") + id);
        });
        layout->addWidget(setUp);
    }
    connect(row.check, &QCheckBox::toggled, this, &EngineRows::edited);
    connect(row.profile, &QComboBox::currentIndexChanged, this, &EngineRows::edited);
    rows_.push_back(row);
    return card;
}

void EngineRows::writeTo(Plan& plan) const
{
    plan.engines.clear();
    for (const Row& row : rows_)
        if (row.check->isChecked() && row.check->isEnabled())
            plan.engines.push_back({row.id, row.profile->count() > 1
                                                ? utf8(row.profile->currentData().toString())
                                                : std::string()});
}

void EngineRows::show(const Plan& plan)
{
    for (const Row& row : rows_) {
        const auto found = std::ranges::find(plan.engines, row.id, &EngineChoice::id);
        row.check->setChecked(found != plan.engines.end());
        if (found == plan.engines.end() || found->profile.empty()) continue;
        row.profile->setCurrentIndex(qMax(0, row.profile->findData(text(found->profile))));
    }
    emit edited();
}

} // namespace spillway
