#include "ui/plan/resource_panel.h"

#include "measure/machine.h"
#include "ui/parts/chips.h"
#include "ui/parts/field_note.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "ui/plan/memory_bar.h"
#include "ui/plan/plan_words.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

QString listText(const std::vector<Bytes>& limits)
{
    QStringList words;
    for (const Bytes bytes : limits)
        words << bytesText(bytes);
    return words.join(QStringLiteral(", "));
}

} // namespace

ResourcePanel::ResourcePanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      workers_(new WorkerChips(workbench.usableCores())),
      oversubscribed_(mutedLabel({})),
      workersNote_(new FieldNote(workers_)),
      limited_(new QCheckBox(tr("&Memory limit of one run"))),
      limit_(new QLineEdit),
      limitNote_(new FieldNote(limit_)),
      further_(new QLineEdit),
      furtherNote_(new FieldNote(further_)),
      bar_(new MemoryBar),
      ram_(totalRam()),
      available_(availableRam())
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(32);
    layout->addWidget(buildWorkers(), 2, Qt::AlignTop);
    layout->addWidget(buildMemory(), 3, Qt::AlignTop);
    const double share = workbench.settings().measurement.memoryShare;
    showLimits(share > 0 ? std::optional(defaultMemoryLimit(share)) : std::nullopt);
    showWorkers();
}

QWidget* ResourcePanel::buildWorkers()
{
    auto* part = new QWidget;
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(headingLabel(tr("Workers")));
    layout->addWidget(workers_);
    layout->addWidget(workersNote_);
    layout->addWidget(oversubscribed_);
    connect(workers_, &WorkerChips::edited, this, [this] {
        showWorkers();
        emit edited();
    });
    return part;
}

QWidget* ResourcePanel::buildMemory()
{
    auto* part = new QWidget;
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(headingLabel(tr("Memory")));
    limit_->setAccessibleName(tr("Memory limit of one run"));
    limit_->setToolTip(tr("Total for one run: all its processes, shared pages once. Page cache is "
                          "not counted."));
    limit_->setFixedWidth(110);
    further_->setAccessibleName(tr("Further memory limits"));
    further_->setPlaceholderText(tr("2 GB, 1 GB …"));
    further_->setToolTip(tr("Each limit is measured as a separate cell"));
    auto* furtherLabel = new QLabel(tr("&Further limits"));
    furtherLabel->setBuddy(further_);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(limited_);
    row->addWidget(limit_);
    row->addSpacing(8);
    row->addWidget(furtherLabel);
    row->addWidget(further_, 1);
    layout->addLayout(row);
    layout->addWidget(limitNote_);
    layout->addWidget(furtherNote_);
    layout->addWidget(bar_);
    connect(limited_, &QCheckBox::toggled, this, [this](bool on) {
        limit_->setEnabled(on);
        further_->setEnabled(on);
        emit edited();
    });
    connect(limit_, &QLineEdit::textChanged, this, &ResourcePanel::edited);
    connect(further_, &QLineEdit::textChanged, this, &ResourcePanel::edited);
    return part;
}

void ResourcePanel::showWorkers()
{
    const auto counts = workers_->counts();
    const int cores = workbench_.usableCores();
    const bool over = !counts.empty() && counts.back() > cores;
    const QString machine = cores == 1 ? tr("1 core") : tr("%1 cores").arg(cores);
    oversubscribed_->setText(over ? tr("Above this machine's %1: oversubscribed").arg(machine)
                                  : tr("Up to this machine's %1").arg(machine));
    setRole(oversubscribed_, over ? "warning" : "muted");
}

void ResourcePanel::setLargestData(Bytes bytes)
{
    largestData_ = bytes;
    const auto asked = limit();
    bar_->setFigures(ram_, available_, asked ? *asked : std::nullopt, largestData_);
}

Result<std::optional<Bytes>> ResourcePanel::limit() const
{
    if (!limited_->isChecked()) return std::optional<Bytes>();
    if (limit_->text() == bytesText(shownLimit_)) return std::optional(shownLimit_);
    const auto bytes = sizeIn(limit_->text());
    if (!bytes) return bytes.error();
    if (*bytes <= 0) return invalidArgument("A memory limit must be above 0.");
    return std::optional<Bytes>(*bytes);
}

Result<std::vector<Bytes>> ResourcePanel::furtherLimits() const
{
    std::vector<Bytes> result;
    if (!limited_->isChecked()) return result;
    if (further_->text() == listText(shownFurther_)) return shownFurther_;
    for (const QString& part : further_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const auto bytes = sizeIn(part);
        if (!bytes) return bytes.error();
        if (*bytes <= 0) return invalidArgument("A memory limit must be above 0.");
        result.push_back(*bytes);
    }
    return result;
}

QWidget* ResourcePanel::writeTo(Plan& plan)
{
    plan.workers = workers_->counts();
    workersNote_->say(plan.workers.empty() ? tr("Choose at least one number of workers.")
                                           : QString());
    const auto bytes = limit();
    limitNote_->say(bytes ? QString() : windowWords(bytes.error()));
    if (bytes) plan.memoryLimit = *bytes;
    const auto further = furtherLimits();
    furtherNote_->say(further ? QString() : windowWords(further.error()));
    if (further) plan.furtherLimits = *further;
    if (plan.workers.empty()) return workers_;
    if (!bytes) return limit_;
    return further ? nullptr : further_;
}

void ResourcePanel::showLimits(std::optional<Bytes> limit, const std::vector<Bytes>& further)
{
    limited_->setChecked(limit.has_value());
    limit_->setEnabled(limit.has_value());
    further_->setEnabled(limit.has_value());
    shownLimit_ = limit.value_or(defaultMemoryLimit());
    limit_->setText(bytesText(shownLimit_));
    shownFurther_ = further;
    further_->setText(listText(further));
}

void ResourcePanel::show(const Plan& plan)
{
    workers_->setCounts(plan.workers);
    showLimits(plan.memoryLimit, plan.furtherLimits);
    emit edited();
}

} // namespace spillway
