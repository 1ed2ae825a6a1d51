#include "ui/engines/engine_rows.h"

#include "ui/engines/engine_row.h"
#include "ui/parts/disclosure.h"
#include "ui/parts/field_note.h"
#include "ui/parts/form_parts.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

/// Two in a row, each half of the width, in place of what was there.
QGridLayout* arrange(const std::vector<EngineRow*>& rows, QWidget* part)
{
    delete part->layout();
    auto* grid = new QGridLayout(part);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    int at = 0;
    for (EngineRow* row : rows) {
        grid->addWidget(row, at / 2, at % 2);
        ++at;
    }
    return grid;
}

} // namespace

EngineRows::EngineRows(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      ready_(new QWidget),
      unwanted_(new QWidget),
      missing_(new QWidget),
      others_(new Disclosure(tr("Not for this work"))),
      available_(new Disclosure(tr("Available to install"))),
      note_(new FieldNote(ready_))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(ready_);
    layout->addWidget(note_);
    layout->addWidget(others_);
    layout->addWidget(available_);
    others_->setObjectName(QStringLiteral("other-engines"));
    others_->form()->addRow(unwanted_);
    available_->setObjectName(QStringLiteral("available-engines"));
    available_->form()->addRow(missing_);
    connect(&workbench_, &Workbench::enginesChanged, this, &EngineRows::fill);
    fill();
}

void EngineRows::fill()
{
    const bool first = rows_.empty();
    for (const EngineRow* row : rows_)
        if (row->isReady())
            chosen_[row->id()] = row->profiles();
        else
            chosen_.erase(row->id()); // once it is ready it is checked
    rows_.clear();
    for (QWidget* part : {ready_, unwanted_, missing_})
        qDeleteAll(part->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    std::vector<EngineRow*> real;
    std::vector<EngineRow*> reference;
    std::vector<EngineRow*> missing;
    for (const EngineInfo& engine : workbench_.engines()) {
        auto* row = new EngineRow(workbench_, engine, kinds_);
        const auto known = chosen_.find(engine.manifest.id);
        if (known != chosen_.end()) row->setProfiles(known->second);
        connect(row, &EngineRow::edited, this, &EngineRows::edited);
        (!row->isReady() ? missing : engine.manifest.deployable ? real : reference).push_back(row);
    }
    for (const auto* part : {&real, &reference, &missing})
        rows_.insert(rows_.end(), part->begin(), part->end());
    place();
    if (first && !rows_.empty()) available_->setOpen(real.empty());
    emit filled();
    emit edited();
}

bool EngineRows::isWanted(const EngineRow& row) const
{
    return kinds_.empty() || !row.profiles().empty() ||
           std::ranges::any_of(kinds_, [&](const std::string& kind) { return row.does(kind); });
}

void EngineRows::place()
{
    std::vector<EngineRow*> ready;
    std::vector<EngineRow*> unwanted;
    std::vector<EngineRow*> missing;
    for (EngineRow* row : rows_)
        (!row->isReady() ? missing : isWanted(*row) ? ready : unwanted).push_back(row);
    QGridLayout* grid = arrange(ready, ready_);
    if (rows_.empty())
        grid->addWidget(mutedLabel(workbench_.registry()
                                       ? tr("No engine was found. \"spillway doctor\" says why.")
                                       : tr("Looking for engines…")),
                        0, 0, 1, 2);
    arrange(unwanted, unwanted_);
    others_->setTitle(tr("Not for this work (%1)").arg(unwanted.size()));
    others_->setVisible(!unwanted.empty());
    arrange(missing, missing_);
    available_->setTitle(tr("Available to install (%1)").arg(missing.size()));
    available_->setVisible(!missing.empty());
}

QWidget* EngineRows::writeTo(Plan& plan)
{
    plan.engines.clear();
    for (const EngineRow* row : rows_)
        for (const std::string& profile : row->profiles())
            plan.engines.push_back({row->id(), profile});
    const bool none = plan.engines.empty() && !rows_.empty();
    note_->say(none ? tr("Tick at least one engine.") : QString());
    return none ? rows_.front()->findChild<QCheckBox*>() : nullptr;
}

void EngineRows::show(const Plan& plan)
{
    for (EngineRow* row : rows_) {
        std::vector<std::string> profiles;
        for (const EngineChoice& choice : plan.engines)
            if (choice.id == row->id()) profiles.push_back(choice.profile);
        row->setProfiles(profiles);
    }
    place();
    emit edited();
}

void EngineRows::offerFor(const std::vector<std::string>& kinds)
{
    if (kinds.empty() || kinds == kinds_) return;
    kinds_ = kinds;
    for (EngineRow* row : rows_)
        row->offerFor(kinds_);
    place();
}

void EngineRows::showRefusals(const std::vector<PlannedRun>& runs)
{
    for (EngineRow* row : rows_) {
        QStringList reasons;
        bool all = true;
        for (const PlannedRun& run : runs) {
            if (run.cell.engine != row->id()) continue;
            if (!run.refusal || run.refusedForAll)
                all = all && run.refusal;
            else if (const QString reason = windowWords(run.refusal->message);
                     !reasons.contains(reason))
                reasons << reason;
        }
        row->showRefusal(reasons.join(QLatin1Char(' ')), all);
    }
}

} // namespace spillway
