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
#include <set>

namespace spillway {
namespace {

constexpr int widestTitle = 180; ///< pixels; leaves room for profiles and state in half a page

QLabel* fact(const QString& words, const QString& help)
{
    auto* label = new QLabel(words);
    label->setToolTip(help);
    setRole(label, "muted");
    return label;
}

} // namespace

EngineRow::EngineRow(Workbench& workbench, const EngineInfo& engine,
                     const std::vector<std::string>& kinds, QWidget* parent)
    : EngineRow(workbench, engine, kinds, new QCheckBox, parent)
{
}

EngineRow::EngineRow(Workbench& workbench, const EngineInfo& engine,
                     const std::vector<std::string>& kinds, QCheckBox* check, QWidget* parent)
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
    if (engine.manifest.profiles().size() > 1) {
        chipRow_ = buildChips();
        addBelow(chipRow_); // a line of its own, or more: some engines have many
        offerFor(kinds);
    }
    buildFacts();
    connect(check_, &QCheckBox::toggled, this, &EngineRow::takeCheck);
}

QWidget* EngineRow::buildChips()
{
    auto* row = new QWidget;
    new FlowLayout(6, row);
    EngineProfile usual;
    usual.title = tr("Usual").toStdString();
    usual.help = tr("Each kind of work by the profile that comes first for it").toStdString();
    chips_.emplace_back(usual.id, buildChip(usual, row));
    for (const EngineProfile& profile : engine().manifest.profiles())
        chips_.emplace_back(profile.id, buildChip(profile, row));
    return row;
}

QPushButton* EngineRow::buildChip(const EngineProfile& profile, QWidget* row)
{
    auto* chip = new QPushButton(text(profile.title.empty() ? profile.id : profile.title), row);
    chip->setCheckable(true);
    keepWidthWhenOn(chip, chipPadding);
    chip->setEnabled(isReady());
    chip->setObjectName(QStringLiteral("profile-%1-%2").arg(text(id()), text(profile.id)));
    chip->setAccessibleName(tr("Profile %1").arg(chip->text()));
    chip->setToolTip(text(profile.help));
    setRole(chip, "chip");
    connect(chip, &QPushButton::toggled, this, &EngineRow::takeChip);
    row->layout()->addWidget(chip);
    return chip;
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
    const auto isShown = [](const auto& chip) { return !chip.second->isHidden(); };
    // What it does for none of the kinds is refused as such.
    if (std::ranges::none_of(chips_, isShown)) return {std::string()};
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
        const QSignalBlocker still(chip);
        chip->setChecked(!chip->isHidden() &&
                         std::ranges::find(profiles, profile) != profiles.end());
    }
    if (byDefault || !profiles.empty()) chooseDefault();
}

bool EngineRow::isOffered(const std::string& profile, const std::vector<std::string>& kinds) const
{
    if (profile.empty()) return default_.empty();
    return kinds.empty() || std::ranges::any_of(kinds, [&](const std::string& kind) {
               const EngineKind* does = engine().manifest.findKind(kind);
               return does && does->findProfile(profile);
           });
}

/// That of these kinds of work; without a name when they have several.
std::string EngineRow::defaultFor(const std::vector<std::string>& kinds) const
{
    std::set<std::string> defaults;
    for (const std::string& kind : kinds)
        if (const EngineKind* does = engine().manifest.findKind(kind))
            defaults.insert(does->profiles.front().id);
    return defaults.size() == 1 ? *defaults.begin() : std::string();
}

/// Whether nothing else is selected.
bool EngineRow::isByDefault() const
{
    return std::ranges::all_of(chips_, [this](const auto& chip) {
        return chip.second->isChecked() == (chip.first == default_);
    });
}

void EngineRow::offerFor(const std::vector<std::string>& kinds)
{
    if (!chipRow_) return;
    const QSignalBlocker quiet(this);
    const bool byDefault = isByDefault();
    default_ = defaultFor(kinds);
    int offered = 0;
    for (const auto& [profile, chip] : chips_) {
        const QSignalBlocker still(chip);
        const bool has = isOffered(profile, kinds);
        offered += has ? 1 : 0;
        chip->setVisible(has);
        if (!has || byDefault) chip->setChecked(false);
    }
    chipRow_->setVisible(offered > 1);
    if (isReady() && check_->isChecked()) chooseDefault();
}

/// The default, where no profile is selected.
void EngineRow::chooseDefault()
{
    const auto isChecked = [](const auto& chip) { return chip.second->isChecked(); };
    if (std::ranges::any_of(chips_, isChecked)) return;
    for (const auto& [profile, chip] : chips_) {
        const QSignalBlocker still(chip);
        chip->setChecked(profile == default_ && !chip->isHidden());
    }
}

void EngineRow::takeCheck(bool on)
{
    if (on) chooseDefault();
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
    refusal_->setText(all ? tr("Cannot do this: %1").arg(reason)
                          : tr("Partly skipped: %1").arg(reason));
    // What cannot run is a grey line, what runs in part a warning.
    setRole(refusal_, all ? "muted" : "warning");
    setRole(check_, all && !reason.isEmpty() ? "cannot" : "");
}

} // namespace spillway
