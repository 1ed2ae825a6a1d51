#include "ui/engines/engine_rows.h"

#include "ui/engines/engine_row.h"
#include "ui/parts/form_parts.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

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
    for (const EngineRow* row : rows_)
        if (row->isReady()) chosen_[row->id()] = row->profiles();
    rows_.clear();
    while (QLayoutItem* item = layout_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const EngineInfo& engine : workbench_.engines()) {
        auto* row = new EngineRow(workbench_, engine, kinds_);
        const auto known = chosen_.find(engine.manifest.id);
        if (known != chosen_.end()) row->setProfiles(known->second);
        connect(row, &EngineRow::edited, this, &EngineRows::edited);
        layout_->addWidget(row);
        rows_.push_back(row);
    }
    if (rows_.empty())
        layout_->addWidget(mutedLabel(workbench_.registry()
                                          ? tr("No engine was found. \"spillway doctor\" says why.")
                                          : tr("Looking for engines…")));
    emit filled();
    emit edited();
}

void EngineRows::writeTo(Plan& plan) const
{
    plan.engines.clear();
    for (const EngineRow* row : rows_)
        for (const std::string& profile : row->profiles())
            plan.engines.push_back({row->id(), profile});
}

void EngineRows::show(const Plan& plan)
{
    for (EngineRow* row : rows_) {
        std::vector<std::string> profiles;
        for (const EngineChoice& choice : plan.engines)
            if (choice.id == row->id()) profiles.push_back(choice.profile);
        row->setProfiles(profiles);
    }
    emit edited();
}

void EngineRows::offerFor(const std::vector<std::string>& kinds)
{
    if (kinds.empty() || kinds == kinds_) return;
    kinds_ = kinds;
    for (EngineRow* row : rows_)
        row->offerFor(kinds_);
}

void EngineRows::showRefusals(const std::vector<PlannedRun>& runs)
{
    for (EngineRow* row : rows_) {
        QStringList reasons;
        bool all = true;
        for (const PlannedRun& run : runs) {
            if (run.cell.engine != row->id()) continue;
            if (!run.refusal)
                all = false;
            else if (const QString reason = windowWords(run.refusal->message);
                     !reasons.contains(reason))
                reasons << reason;
        }
        row->showRefusal(reasons.join(QLatin1Char(' ')), all);
    }
}

} // namespace spillway
