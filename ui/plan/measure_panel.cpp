#include "ui/plan/measure_panel.h"

#include "ui/parts/field_note.h"
#include "ui/parts/form_parts.h"
#include "ui/plan/plan_words.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include <limits>

namespace spillway {
namespace {

constexpr int numberWidth = 150;
constexpr int wideField = 420;

} // namespace

MeasurePanel::MeasurePanel(Workbench& workbench, QWidget* parent)
    : Disclosure(tr("Measurement"), parent),
      workbench_(workbench),
      repeats_(makeSpinBox(1, 100, 6, tr("Repeats"),
                           tr("6 give an interval of at least 95 %; fewer are shown as min–max"))),
      untilDecided_(new QCheckBox(tr("Until decided"))),
      timeout_(new QLineEdit),
      timeoutNote_(new FieldNote(timeout_)),
      warmup_(makeSpinBox(0, 10, 1, tr("Warm-up runs"),
                          tr("Uncounted runs of each cell before its repeats"))),
      cache_(new QComboBox),
      address_(new QLineEdit),
      clusterNote_(mutedLabel(tr("Memory is then measured on the cluster's nodes, and no limit is "
                                 "enforced. The nodes must be able to read the files."))),
      scratch_(new QLineEdit),
      scratchNote_(new FieldNote(scratch_)),
      seed_(makeSpinBox(0, std::numeric_limits<int>::max(), 1, tr("Seed"),
                        tr("Seed of the run order and of the engines")))
{
    timeout_->setAccessibleName(tr("Time-out of one run"));
    timeout_->setToolTip(tr("Longest time of one run, such as 10 min or 90 s; a longer run is "
                            "stopped and recorded as timed out"));
    cache_->setAccessibleName(tr("Page cache before a run"));
    cache_->addItem(tr("warm: in memory"), static_cast<int>(CacheState::Warm));
    cache_->addItem(tr("cold: on disk"), static_cast<int>(CacheState::Cold));
    cache_->addItem(tr("as it is"), static_cast<int>(CacheState::AsIs));
    address_->setAccessibleName(tr("Address of an existing cluster"));
    address_->setPlaceholderText(tr("none; tcp://…, ray://… or auto"));
    address_->setToolTip(tr("Runs on an existing Dask or Ray cluster"));
    scratch_->setAccessibleName(tr("Scratch directory"));
    scratch_->setObjectName(QStringLiteral("scratch"));
    scratch_->setPlaceholderText(shortPath(workbench.settings().scratchFolder));
    scratch_->setToolTip(tr("Where engines spill; must be on a disk"));
    for (QWidget* field : {static_cast<QWidget*>(repeats_), static_cast<QWidget*>(timeout_),
                           static_cast<QWidget*>(warmup_), static_cast<QWidget*>(seed_)})
        field->setFixedWidth(numberWidth);
    cache_->setMinimumWidth(numberWidth);
    cache_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    address_->setFixedWidth(wideField);
    addRow(tr("&Repeats"), repeats_);
    untilDecided_->setToolTip(tr("Repeats what is undecided until it is settled, looking after 5, "
                                 "10, 20 and 40 rounds"));
    form()->addRow(QString(), untilDecided_);
    addRow(tr("&Time-out"), timeout_, timeoutNote_);
    addRow(tr("&Warm-up runs"), warmup_);
    addRow(tr("Page &cache"), cache_);
    addRow(tr("Cl&uster"), address_);
    form()->addRow(clusterNote_);
    clusterNote_->hide();
    auto* folder = folderField(scratch_, tr("Choose a scratch directory"));
    folder->setFixedWidth(wideField);
    addRow(tr("Scr&atch"), scratch_, scratchNote_, folder);
    addRow(tr("S&eed"), seed_);
    alignLabels(form());
    showDefaults();
    connect(repeats_, &QSpinBox::valueChanged, this, &MeasurePanel::edited);
    connect(untilDecided_, &QCheckBox::toggled, this, [this](bool on) {
        repeats_->setEnabled(!on);
        emit edited();
    });
    connect(warmup_, &QSpinBox::valueChanged, this, &MeasurePanel::edited);
    connect(seed_, &QSpinBox::valueChanged, this, &MeasurePanel::edited);
    connect(cache_, &QComboBox::currentIndexChanged, this, &MeasurePanel::edited);
    connect(timeout_, &QLineEdit::textChanged, this, &MeasurePanel::edited);
    connect(scratch_, &QLineEdit::textChanged, this, &MeasurePanel::edited);
    connect(address_, &QLineEdit::textChanged, this, [this](const QString& words) {
        clusterNote_->setVisible(!words.trimmed().isEmpty());
        emit edited();
    });
}

void MeasurePanel::addRow(const QString& title, QWidget* field, FieldNote* note, QWidget* shown)
{
    auto* label = new QLabel(title);
    label->setBuddy(field);
    form()->addRow(label, shown ? shown : field);
    if (note) form()->addRow(note);
}

void MeasurePanel::showDefaults()
{
    const MeasurementDefaults& defaults = workbench_.settings().measurement;
    repeats_->setValue(defaults.repeats);
    warmup_->setValue(defaults.warmup);
    timeout_->setText(shortDuration(defaults.timeout));
    cache_->setCurrentIndex(cache_->findData(static_cast<int>(defaults.cache)));
    showSummary();
}

/// What it comes to, while it is folded.
void MeasurePanel::showSummary()
{
    QStringList parts{
        untilDecided_->isChecked() ? tr("until decided")
        : repeats_->value() == 1   ? tr("1 repeat")
                                   : tr("%1 repeats").arg(repeats_->value()),
        warmup_->value() == 1 ? tr("1 warm-up") : tr("%1 warm-ups").arg(warmup_->value()),
        tr("time-out %1").arg(timeout_->text().trimmed()),
        tr("page cache %1").arg(cache_->currentText().section(QLatin1Char(':'), 0, 0))};
    if (!address_->text().trimmed().isEmpty()) parts << tr("on %1").arg(address_->text().trimmed());
    setTitle(tr("Measurement · %1").arg(parts.join(QStringLiteral(", "))));
}

QWidget* MeasurePanel::writeTo(Plan& plan)
{
    showSummary();
    plan.repeats = repeats_->value();
    plan.untilDecided = untilDecided_->isChecked();
    plan.warmup = warmup_->value();
    plan.cache = static_cast<CacheState>(cache_->currentData().toInt());
    plan.seed = static_cast<std::uint64_t>(seed_->value());
    plan.scratch = utf8(scratch_->text().trimmed());
    const QString address = address_->text().trimmed();
    plan.address = address.isEmpty() ? std::nullopt : std::optional(utf8(address));
    const auto timeout = durationIn(timeout_->text());
    const bool wrong = !timeout || *timeout <= Seconds(0);
    timeoutNote_->say(!wrong    ? QString()
                      : timeout ? tr("A time-out must be above 0.")
                                : windowWords(timeout.error()));
    if (!wrong) plan.timeout = *timeout;
    const bool relative = !plan.scratch.empty() && !plan.scratch.starts_with('/');
    if (relative) showScratchProblem(tr("Say the whole path, from / on."));
    if (wrong && !wasWrong_) setOpen(true); // it is seen
    wasWrong_ = wrong;
    return wrong ? timeout_ : relative ? scratch_ : nullptr;
}

QWidget* MeasurePanel::scratchField() const
{
    return scratch_;
}

void MeasurePanel::showScratchProblem(const QString& words)
{
    if (!words.isEmpty() && words != scratchNote_->text()) setOpen(true);
    scratchNote_->say(words);
}

void MeasurePanel::show(const Plan& plan)
{
    repeats_->setValue(plan.repeats);
    untilDecided_->setChecked(plan.untilDecided);
    warmup_->setValue(plan.warmup);
    timeout_->setText(shortDuration(plan.timeout));
    cache_->setCurrentIndex(cache_->findData(static_cast<int>(plan.cache)));
    scratch_->setText(text(plan.scratch));
    address_->setText(text(plan.address.value_or("")));
    seed_->setValue(static_cast<int>(plan.seed));
    emit edited();
}

} // namespace spillway
