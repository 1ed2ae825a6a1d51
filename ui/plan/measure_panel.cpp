#include "ui/plan/measure_panel.h"

#include "measure/machine.h"
#include "ui/parts/chips.h"
#include "ui/parts/disclosure.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "ui/plan/memory_bar.h"
#include "ui/plan/plan_words.h"
#include "work/text.h"
#include "work/workbench.h"
#include "workloads/workload_type.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace spillway {
namespace {

/// "materialise" and "max-iterations", as a plan names them.
std::string keyOf(const Parameter& parameter)
{
    return dashed(parameter.name);
}

QStringList choicesOf(const Parameter& parameter)
{
    QStringList choices;
    for (const auto& choice : parameter.choices)
        choices << text(choice);
    if (std::holds_alternative<bool>(parameter.fallback))
        choices << QStringLiteral("true") << QStringLiteral("false");
    return choices;
}

QString valueOf(const QWidget* field)
{
    if (const auto* box = qobject_cast<const QComboBox*>(field)) return box->currentText();
    if (const auto* edit = qobject_cast<const QLineEdit*>(field)) return edit->text().trimmed();
    return {};
}

void setValueOf(QWidget* field, const QString& value)
{
    if (auto* box = qobject_cast<QComboBox*>(field)) box->setCurrentText(value);
    if (auto* edit = qobject_cast<QLineEdit*>(field)) edit->setText(value);
}

/// "4 GB" and "10 min" as people type them; the core reads them without a space.
std::string packed(QString words)
{
    return utf8(words.remove(QLatin1Char(' ')));
}

Result<Bytes> parseSize(const QString& words)
{
    return parseBytes(packed(words));
}

} // namespace

MeasurePanel::MeasurePanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      workers_(new WorkerChips(workbench.usableCores())),
      oversubscribed_(mutedLabel({})),
      limited_(new QCheckBox(tr("&Memory limit of one run"))),
      limit_(new QLineEdit),
      bar_(new MemoryBar),
      repeats_(makeSpinBox(1, 100, 6, tr("Repeats"),
                           tr("6 give an interval of at least 95 %; fewer are shown as min–max"))),
      untilDecided_(new QCheckBox(tr("Until decided"))),
      timeout_(new QLineEdit),
      advanced_(new Disclosure(tr("Advanced"))),
      ram_(totalRam()),
      available_(availableRam())
{
    buildBasics();
    buildAdvanced();
    showDefaults();
    connect(workers_, &WorkerChips::edited, this, [this] {
        const auto counts = workers_->counts();
        const bool over = !counts.empty() && counts.back() > workbench_.usableCores();
        const int cores = workbench_.usableCores();
        const QString machine = cores == 1 ? tr("1 core") : tr("%1 cores").arg(cores);
        oversubscribed_->setText(over ? tr("Above this machine's %1: oversubscribed").arg(machine)
                                      : tr("Up to this machine's %1").arg(machine));
        setRole(oversubscribed_, over ? "warning" : "muted");
        emit edited();
    });
    emit workers_->edited();
}

void MeasurePanel::buildBasics()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(headingLabel(tr("Workers")));
    layout->addWidget(workers_);
    layout->addWidget(oversubscribed_);
    layout->addSpacing(8);
    auto* limitRow = new QHBoxLayout;
    QFont heading = limited_->font();
    heading.setWeight(QFont::DemiBold);
    heading.setPixelSize(14);
    limited_->setFont(heading);
    limit_->setMaximumWidth(110);
    limit_->setAlignment(Qt::AlignRight);
    limit_->setAccessibleName(tr("Memory limit of one run"));
    limit_->setToolTip(tr("A size such as 2GB or 1.5GiB"));
    limitRow->addWidget(limited_);
    limitRow->addStretch();
    limitRow->addWidget(limit_);
    layout->addLayout(limitRow);
    layout->addWidget(bar_);
    layout->addWidget(mutedLabel(
        tr("Total for one run: all its processes, shared pages once. Page cache not counted.")));
    layout->addSpacing(8);
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(8);
    timeout_->setAccessibleName(tr("Time-out of one run"));
    timeout_->setToolTip(tr("Longest time of one run, such as 10 min or 90 s; a longer run is "
                            "stopped and recorded as timed out"));
    timeout_->setFixedWidth(110);
    repeats_->setFixedWidth(110);
    form->addRow(tr("&Repeats"), repeats_);
    untilDecided_->setToolTip(tr("Repeats what is undecided until it is settled, looking after 5, "
                                 "10, 20 and 40 rounds"));
    form->addRow(QString(), untilDecided_);
    form->addRow(tr("&Time-out"), timeout_);
    alignLabels(form);
    layout->addLayout(form);
    layout->addWidget(advanced_);
    layout->addStretch();
    connect(limited_, &QCheckBox::toggled, this, [this](bool on) {
        limit_->setEnabled(on);
        refreshBar();
        emit edited();
    });
    connect(limit_, &QLineEdit::textChanged, this, [this] {
        refreshBar();
        emit edited();
    });
    connect(repeats_, &QSpinBox::valueChanged, this, &MeasurePanel::edited);
    connect(untilDecided_, &QCheckBox::toggled, this, [this](bool on) {
        repeats_->setEnabled(!on);
        emit edited();
    });
    connect(timeout_, &QLineEdit::textChanged, this, &MeasurePanel::edited);
}

void MeasurePanel::buildAdvanced()
{
    QFormLayout* form = advanced_->form();
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    warmup_ = makeSpinBox(0, 10, 1, tr("Warm-up runs"),
                          tr("Uncounted runs of each cell before its repeats"));
    cache_ = new QComboBox;
    cache_->setAccessibleName(tr("Page cache before a run"));
    cache_->addItem(tr("warm: in memory"), static_cast<int>(CacheState::Warm));
    cache_->addItem(tr("cold: on disk"), static_cast<int>(CacheState::Cold));
    cache_->addItem(tr("as it is"), static_cast<int>(CacheState::AsIs));
    further_ = new QLineEdit;
    further_->setAccessibleName(tr("Further memory limits"));
    further_->setPlaceholderText(tr("none; for instance 2GB, 1GB"));
    further_->setToolTip(tr("Each limit is measured as a separate cell"));
    clusterNote_ = mutedLabel(tr("Memory is then measured on the cluster's nodes, and no limit is "
                                 "enforced. The nodes must be able to read the files."));
    clusterNote_->hide();
    address_ = new QLineEdit;
    address_->setAccessibleName(tr("Address of an existing cluster"));
    address_->setPlaceholderText(tr("none; tcp://…, ray://… or auto"));
    address_->setToolTip(tr("Runs on an existing Dask or Ray cluster"));
    scratch_ = new QLineEdit;
    scratch_->setAccessibleName(tr("Scratch directory"));
    scratch_->setPlaceholderText(shortPath(workbench_.settings().scratchFolder));
    scratch_->setToolTip(tr("Where engines spill; must be on a disk"));
    seed_ = makeSpinBox(0, std::numeric_limits<int>::max(), 1, tr("Seed"),
                        tr("Seed of the run order and of the engines"));
    form->addRow(tr("&Warm-up runs"), warmup_);
    form->addRow(tr("Page &cache"), cache_);
    form->addRow(tr("&Further limits"), further_);
    form->addRow(tr("Cl&uster"), address_);
    form->addRow(clusterNote_);
    form->addRow(tr("Scr&atch"), folderField(scratch_, tr("Choose a scratch directory")));
    form->addRow(tr("S&eed"), seed_);
    buildParameters(form);
    alignLabels(form);
    connect(warmup_, &QSpinBox::valueChanged, this, &MeasurePanel::edited);
    connect(seed_, &QSpinBox::valueChanged, this, &MeasurePanel::edited);
    connect(cache_, &QComboBox::currentIndexChanged, this, &MeasurePanel::edited);
    connect(further_, &QLineEdit::textChanged, this, &MeasurePanel::edited);
    connect(scratch_, &QLineEdit::textChanged, this, &MeasurePanel::edited);
    connect(address_, &QLineEdit::textChanged, this, [this](const QString& words) {
        clusterNote_->setVisible(!words.trimmed().isEmpty());
        emit edited();
    });
}

void MeasurePanel::buildParameters(QFormLayout* form)
{
    for (const auto* type : workloadTypes()) {
        if (!type->parameters.empty()) form->addRow(mutedLabel(text(capitalised(type->title))));
        for (const auto& parameter : type->parameters) {
            if (parameters_.contains(keyOf(parameter))) continue; // kinds share it
            form->addRow(text(parameter.title), addParameter(parameter));
        }
    }
}

QWidget* MeasurePanel::addParameter(const Parameter& parameter)
{
    QWidget* field = nullptr;
    const QString usual = text(parameterText(parameter.fallback));
    if (const auto choices = choicesOf(parameter); choices.isEmpty()) {
        auto* edit = new QLineEdit(usual);
        connect(edit, &QLineEdit::textChanged, this, &MeasurePanel::edited);
        field = edit;
    } else {
        auto* box = new QComboBox;
        box->addItems(choices);
        box->setCurrentText(usual);
        connect(box, &QComboBox::currentIndexChanged, this, &MeasurePanel::edited);
        field = box;
    }
    field->setAccessibleName(text(parameter.title));
    field->setToolTip(text(parameter.meaning));
    parameters_[keyOf(parameter)] = {field, usual};
    return field;
}

void MeasurePanel::showDefaults()
{
    const MeasurementDefaults& defaults = workbench_.settings().measurement;
    repeats_->setValue(defaults.repeats);
    warmup_->setValue(defaults.warmup);
    timeout_->setText(shortDuration(defaults.timeout));
    cache_->setCurrentIndex(cache_->findData(static_cast<int>(defaults.cache)));
    const double share = defaults.memoryShare;
    limited_->setChecked(share > 0);
    limit_->setEnabled(share > 0);
    limit_->setText(bytesText(share > 0 ? defaultMemoryLimit(share) : defaultMemoryLimit()));
    refreshBar();
}

void MeasurePanel::setLargestData(Bytes bytes)
{
    largestData_ = bytes;
    refreshBar();
}

void MeasurePanel::refreshBar()
{
    const auto bytes = limit();
    const bool bad = !bytes;
    if (limit_->property("role").toString() != QLatin1String(bad ? "invalid" : ""))
        setRole(limit_, bad ? "invalid" : "");
    bar_->setFigures(ram_, available_, bytes ? *bytes : std::nullopt, largestData_);
}

Result<std::optional<Bytes>> MeasurePanel::limit() const
{
    if (!limited_->isChecked()) return std::optional<Bytes>();
    if (limit_->text() == bytesText(shownLimit_)) return std::optional(shownLimit_);
    const auto bytes = parseSize(limit_->text());
    if (!bytes) return bytes.error();
    return std::optional<Bytes>(*bytes);
}

Result<std::vector<Bytes>> MeasurePanel::furtherLimits() const
{
    std::vector<Bytes> result;
    for (const QString& part : further_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto bytes = parseSize(part);
        if (!bytes) return bytes.error();
        result.push_back(*bytes);
    }
    return result;
}

Result<void> MeasurePanel::writeTo(Plan& plan) const
{
    plan.workers = workers_->counts();
    plan.repeats = repeats_->value();
    plan.untilDecided = untilDecided_->isChecked();
    plan.warmup = warmup_->value();
    plan.cache = static_cast<CacheState>(cache_->currentData().toInt());
    plan.seed = static_cast<std::uint64_t>(seed_->value());
    plan.scratch = utf8(scratch_->text().trimmed());
    const QString address = address_->text().trimmed();
    plan.address = address.isEmpty() ? std::nullopt : std::optional(utf8(address));
    plan.parameters.clear();
    for (const auto& [name, field] : parameters_)
        if (const QString value = valueOf(field.widget); value != field.usual)
            plan.parameters[name] = utf8(value);
    const auto timeout = parseDuration(packed(timeout_->text()));
    if (!timeout) return timeout.error();
    plan.timeout = *timeout;
    const auto bytes = limit();
    if (!bytes) return bytes.error();
    plan.memoryLimit = *bytes;
    const auto further = furtherLimits();
    if (!further) return further.error();
    plan.furtherLimits = *further;
    return {};
}

void MeasurePanel::showLimit(std::optional<Bytes> limit)
{
    limited_->setChecked(limit.has_value());
    if (!limit) return;
    shownLimit_ = *limit;
    limit_->setText(bytesText(*limit));
}

void MeasurePanel::show(const Plan& plan)
{
    workers_->setCounts(plan.workers);
    repeats_->setValue(plan.repeats);
    untilDecided_->setChecked(plan.untilDecided);
    warmup_->setValue(plan.warmup);
    timeout_->setText(shortDuration(plan.timeout));
    cache_->setCurrentIndex(cache_->findData(static_cast<int>(plan.cache)));
    showLimit(plan.memoryLimit);
    QStringList further;
    for (const Bytes bytes : plan.furtherLimits)
        further << bytesText(bytes);
    further_->setText(further.join(QStringLiteral(", ")));
    scratch_->setText(text(plan.scratch));
    address_->setText(text(plan.address.value_or("")));
    seed_->setValue(static_cast<int>(plan.seed));
    auto values = plan.parameters;
    for (const Workload& workload : plan.workloads)
        for (const auto& [name, value] : workload.parameters)
            values.emplace(dashed(name), parameterText(value));
    for (const auto& [name, field] : parameters_) {
        const auto found = values.find(name);
        setValueOf(field.widget, found == values.end() ? field.usual : text(found->second));
    }
    emit edited();
}

} // namespace spillway
