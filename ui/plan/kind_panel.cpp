#include "ui/plan/kind_panel.h"

#include "ui/parts/disclosure.h"
#include "ui/parts/field_note.h"
#include "ui/plan/column_fields.h"
#include "ui/plan/job_panel.h"
#include "ui/plan/parameter_fields.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace spillway {

KindPanel::KindPanel(const WorkloadType& type, Workbench& workbench,
                     const std::shared_ptr<WarmTools>& warm, QWidget* parent)
    : QWidget(parent),
      type_(type),
      columns_(new ColumnFields(type)),
      parameters_(new ParameterFields(type)),
      settings_(new Disclosure(tr("Settings"))),
      refusal_(new FieldNote(this))
{
    setObjectName(QStringLiteral("kind-") + text(type.id));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(6);
    if (type.planned) {
        job_ = new JobPanel(type, workbench, warm);
        layout->addWidget(job_);
        connect(job_, &JobPanel::edited, this, &KindPanel::edited);
    }
    settings_->form()->addRow(parameters_);
    settings_->setVisible(!parameters_->isEmpty());
    auto* row = new QHBoxLayout;
    row->setSpacing(32);
    row->addWidget(columns_, 3);
    columns_->setHidden(type.roles.empty());
    row->addWidget(settings_, 2, Qt::AlignTop);
    layout->addLayout(row);
    layout->addWidget(refusal_);
    connect(columns_, &ColumnFields::edited, this, &KindPanel::edited);
    connect(parameters_, &ParameterFields::edited, this, &KindPanel::edited);
}

void KindPanel::setData(const std::vector<Dataset>& datasets,
                        const std::optional<DatasetManifest>& manifestOfFirst)
{
    columns_->setData(datasets, manifestOfFirst);
}

QWidget* KindPanel::writeTo(Workload& workload)
{
    QWidget* wrong = columns_->writeTo(workload);
    if (job_) job_->writeTo(workload);
    if (QWidget* field = parameters_->writeTo(workload); field && !wrong) {
        settings_->setOpen(true); // it is seen
        wrong = field;
    }
    settings_->setTitle(
        tr("%1 settings · %2").arg(text(capitalised(type_.title)), parameters_->summary()));
    return wrong;
}

void KindPanel::show(const Workload& workload)
{
    columns_->show(workload);
    parameters_->show(workload);
    if (job_) job_->show(workload);
}

void KindPanel::showRefusal(const QString& reason)
{
    refusal_->say(reason);
}

} // namespace spillway
