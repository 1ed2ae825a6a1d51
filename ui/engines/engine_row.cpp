#include "ui/engines/engine_row.h"

#include "ui/engines/engine_text.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QCheckBox>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>

namespace spillway {
namespace {

constexpr int widestTitle = 210; ///< pixels; leaves room for the state in a narrow window

QLabel* fact(const QString& words, const QString& help)
{
    auto* label = new QLabel(words);
    label->setToolTip(help);
    setRole(label, "muted");
    return label;
}

} // namespace

EngineRow::EngineRow(Workbench& workbench, const EngineInfo& engine, QWidget* parent)
    : EngineRow(workbench, engine, new QCheckBox, parent)
{
}

EngineRow::EngineRow(Workbench& workbench, const EngineInfo& engine, QCheckBox* check,
                     QWidget* parent)
    : EngineCard(workbench, engine, check, parent), check_(check), refusal_(mutedLabel({}))
{
    const QString title = text(engine.manifest.title);
    check_->setText(check_->fontMetrics().elidedText(title, Qt::ElideRight, widestTitle));
    check_->setAccessibleName(title);
    check_->setToolTip(title + QStringLiteral(": ") + engineStateText(engine) +
                       engineMeaningText(engine.manifest));
    check_->setEnabled(isReady());
    check_->setChecked(isReady());
    refusal_->hide();
    setRole(refusal_, "warning");
    addBelow(refusal_);
    if (engine.manifest.profiles().size() > 1) addBelow(buildChips());
    buildFacts();
    connect(check_, &QCheckBox::toggled, this, &EngineRow::takeCheck);
}

QWidget* EngineRow::buildChips()
{
    auto* row = new QWidget;
    new FlowLayout(6, row);
    for (const EngineProfile& profile : engine().manifest.profiles()) {
        auto* chip = new QPushButton(text(profile.title.empty() ? profile.id : profile.title), row);
        chip->setCheckable(true);
        chip->setChecked(isReady() && chips_.empty());
        chip->setEnabled(isReady());
        chip->setObjectName(QStringLiteral("profile-%1-%2").arg(text(id()), text(profile.id)));
        chip->setAccessibleName(tr("Profile %1").arg(chip->text()));
        chip->setToolTip(text(profile.help));
        setRole(chip, "chip");
        connect(chip, &QPushButton::toggled, this, &EngineRow::takeChip);
        row->layout()->addWidget(chip);
        chips_.emplace_back(profile.id, chip);
    }
    return row;
}

void EngineRow::buildFacts()
{
    const EngineManifest& manifest = engine().manifest;
    if (const auto most = manifest.maxWorkers)
        addFact(fact(*most == 1 ? workersText(1) : tr("up to %1").arg(workersText(*most)),
                     text(manifest.workersHelp)));
    if (!manifest.deployable)
        addFact(fact(tr("reference"), tr("Reference only, not a library you can deploy")));
}

std::vector<std::string> EngineRow::profiles() const
{
    if (!isReady() || !check_->isChecked()) return {};
    if (chips_.empty()) return {std::string()};
    std::vector<std::string> chosen;
    for (const auto& [profile, chip] : chips_)
        if (chip->isChecked()) chosen.push_back(profile);
    return chosen;
}

void EngineRow::setProfiles(const std::vector<std::string>& profiles)
{
    const QSignalBlocker quiet(this);
    if (!isReady()) return;
    const bool byDefault = std::ranges::find(profiles, std::string()) != profiles.end();
    check_->setChecked(!profiles.empty());
    for (const auto& [profile, chip] : chips_) {
        const bool first = profile == chips_.front().first;
        const QSignalBlocker still(chip);
        chip->setChecked(std::ranges::find(profiles, profile) != profiles.end() ||
                         (byDefault && first));
    }
}

void EngineRow::takeCheck(bool on)
{
    const bool any =
        std::ranges::any_of(chips_, [](const auto& c) { return c.second->isChecked(); });
    if (!chips_.empty() && on && !any) chips_.front().second->setChecked(true);
    for (const auto& [profile, chip] : chips_)
        if (!on) chip->setChecked(false);
    emit edited();
}

void EngineRow::takeChip()
{
    check_->setChecked(
        std::ranges::any_of(chips_, [](const auto& c) { return c.second->isChecked(); }));
    emit edited();
}

void EngineRow::showRefusal(const QString& reason, bool all)
{
    refusal_->setVisible(!reason.isEmpty());
    refusal_->setText(all ? tr("Will not run: %1").arg(reason)
                          : tr("Some runs are skipped: %1").arg(reason));
}

} // namespace spillway
