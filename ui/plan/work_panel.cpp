#include "ui/plan/work_panel.h"

#include "data/open_dataset.h"
#include "data/table_set.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "ui/plan/job_panel.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"
#include "workloads/workload_type.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

/// Names that every dataset has, in the first one's order.
std::vector<Column> commonColumns(const std::vector<Dataset>& datasets)
{
    std::vector<Column> result;
    if (datasets.empty()) return result;
    for (const Column& column : datasets.front().schema.columns)
        if (std::ranges::all_of(datasets, [&](const Dataset& dataset) {
                return dataset.schema.find(column.name).has_value();
            }))
            result.push_back(column);
    return result;
}

std::vector<std::string> namesOf(const std::vector<Column>& columns)
{
    std::vector<std::string> names;
    for (const Column& column : columns)
        names.push_back(column.name);
    return names;
}

/// Those that read data first, of which the first is checked to begin with.
std::vector<const WorkloadType*> kindsInOrder()
{
    const auto all = workloadTypes();
    std::vector<const WorkloadType*> kinds(all.begin(), all.end());
    std::ranges::stable_partition(kinds, [](const auto* kind) { return kind->takesData; });
    return kinds;
}

/// Those that are offered: without tables that a query has joined and that are there by themselves.
std::vector<Dataset> offered(const std::vector<Dataset>& all)
{
    std::vector<Dataset> datasets;
    for (const Dataset& dataset : all) {
        const bool isThere = std::ranges::all_of(dataset.paths, [&](const auto& path) {
            return std::ranges::any_of(all, [&](const Dataset& other) {
                return other.tables.empty() &&
                       std::ranges::find(other.paths, path) != other.paths.end();
            });
        });
        if (dataset.tables.empty() || !isThere) datasets.push_back(dataset);
    }
    return datasets;
}

/// "orders" of orders.csv; what cannot stand in a name is a _.
std::string tableNameOf(const Dataset& dataset)
{
    std::string name = std::filesystem::path(dataset.name).stem().string();
    for (char& c : name)
        if (!isTableName(std::string("a") + c)) c = '_';
    return isTableName(name) ? name : "t" + name.substr(0, 50);
}

} // namespace

WorkPanel::WorkPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      datasetRows_(new QVBoxLayout),
      asTables_(new QCheckBox),
      columnForm_(new QWidget),
      key_(new QComboBox),
      values_(new QListWidget),
      choice_(mutedLabel({}))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(headingLabel(tr("Data")));
    datasetRows_->setSpacing(4);
    layout->addLayout(datasetRows_);
    layout->addSpacing(8);
    layout->addWidget(headingLabel(tr("Workload")));
    asTables_->setChecked(true);
    asTables_->setObjectName(QStringLiteral("as-tables"));
    asTables_->setToolTip(tr("One query reads all checked data, each as a table of its own name. "
                             "Otherwise it runs on each of them, as the table \"data\"."));
    for (const auto* type : kindsInOrder()) {
        auto* box = new QCheckBox(text(capitalised(type->title)));
        box->setToolTip(text(type->question));
        box->setChecked(kinds_.empty());
        connect(box, &QCheckBox::toggled, this, &WorkPanel::showKinds);
        layout->addWidget(box);
        kinds_.emplace_back(type, box);
        if (!type->planned) continue;
        auto* job = new JobPanel(*type, workbench);
        connect(job, &JobPanel::edited, this, &WorkPanel::edited);
        layout->addWidget(asTables_);
        layout->addWidget(job);
        jobs_.emplace_back(type, job);
    }
    connect(asTables_, &QCheckBox::toggled, this, &WorkPanel::showKinds);
    auto* form = new QFormLayout(columnForm_);
    form->setContentsMargins({});
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(6);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    key_->setAccessibleName(tr("Group or label column"));
    key_->setToolTip(tr("Column to group by, and label that the regression predicts"));
    values_->setAccessibleName(tr("Value columns"));
    values_->setToolTip(tr("Columns to average, and features that the regression learns from; none "
                           "checked: chosen by type"));
    values_->setFlow(QListView::LeftToRight);
    values_->setWrapping(true);
    values_->setResizeMode(QListView::Adjust);
    values_->setSpacing(2);
    values_->setFixedHeight(58);
    key_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    key_->setMinimumContentsLength(12);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    form->addRow(tr("&Key column"), key_);
    form->addRow(tr("&Values"), values_);
    alignLabels(form);
    layout->addWidget(columnForm_);
    layout->addWidget(choice_);
    connect(key_, &QComboBox::currentIndexChanged, this, &WorkPanel::refreshChoice);
    connect(values_, &QListWidget::itemChanged, this, &WorkPanel::refreshChoice);
    connect(&workbench_, &Workbench::datasetsChanged, this, &WorkPanel::fillDatasets);
    fillDatasets();
}

std::vector<JobPanel*> WorkPanel::jobPanels() const
{
    std::vector<JobPanel*> panels;
    for (const auto& [type, box] : kinds_)
        for (const auto& [planned, job] : jobs_)
            if (planned == type && box->isChecked()) panels.push_back(job);
    return panels;
}

std::vector<std::string> WorkPanel::tableNames() const
{
    std::vector<std::string> names;
    const auto datasets = chosenDatasets();
    const bool joined = std::ranges::any_of(
        datasets, [](const Dataset& dataset) { return !dataset.tables.empty(); });
    if (datasets.size() < 2 || joined || !asTables_->isChecked() || jobPanels().empty())
        return names;
    for (const Dataset& dataset : datasets) {
        auto name = tableNameOf(dataset);
        while (std::ranges::find(names, name) != names.end())
            name += "_";
        names.push_back(std::move(name));
    }
    return names;
}

/// Only what the chosen kinds need is shown.
void WorkPanel::showKinds()
{
    bool columns = false;
    for (const auto& [type, box] : kinds_) {
        columns = columns || (box->isChecked() && !type->roles.empty());
        for (const auto& [planned, job] : jobs_)
            if (planned == type) job->setVisible(box->isChecked());
    }
    columnForm_->setVisible(columns);
    choice_->setVisible(columns);
    const auto datasets = chosenDatasets();
    const bool several =
        datasets.size() > 1 && std::ranges::all_of(datasets, [](const Dataset& dataset) {
            return dataset.tables.empty();
        });
    asTables_->setVisible(several && !jobPanels().empty());
    asTables_->setText(tr("The data are tables of one query"));
    QStringList tables;
    for (const auto& name : tableNames())
        tables << text(name);
    if (tables.isEmpty() && !datasets.empty())
        for (const DataTable& table : datasets.front().tables)
            tables << text(table.name);
    if (tables.isEmpty()) tables << text(std::string(onlyTable));
    for (const auto& [type, job] : jobs_)
        job->showTables(tables);
    emit edited();
}

void WorkPanel::fillDatasets()
{
    std::vector<std::string> now;
    const auto all = offered(workbench_.datasets());
    for (const Dataset& dataset : all)
        now.push_back(dataset.fingerprint);
    const bool same =
        !datasets_.empty() &&
        std::ranges::equal(datasets_, now, {}, [](const auto& row) { return row.first; });
    if (same) return;
    while (QLayoutItem* item = datasetRows_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    datasets_.clear();
    for (const Dataset& dataset : all) {
        auto* box = new QCheckBox(tr("%1 · %2").arg(text(dataset.name), bytesText(dataset.bytes)));
        const std::string fingerprint = dataset.fingerprint;
        box->setChecked(std::ranges::find(unchecked_, fingerprint) == unchecked_.end());
        connect(box, &QCheckBox::toggled, this, [this, fingerprint](bool on) {
            std::erase(unchecked_, fingerprint);
            if (!on) unchecked_.push_back(fingerprint);
            fillColumns();
            emit edited();
        });
        datasets_.emplace_back(fingerprint, box);
        datasetRows_->addWidget(box);
    }
    if (datasets_.empty()) {
        auto* button = new QPushButton(tr("Add a dataset first"));
        setRole(button, "link");
        connect(button, &QPushButton::clicked, this, &WorkPanel::dataRequested);
        datasetRows_->addWidget(button, 0, Qt::AlignLeft);
    }
    fillColumns();
    emit edited();
}

std::vector<Dataset> WorkPanel::chosenDatasets() const
{
    std::vector<Dataset> result;
    for (const Dataset& dataset : offered(workbench_.datasets()))
        if (std::ranges::find(unchecked_, dataset.fingerprint) == unchecked_.end())
            result.push_back(dataset);
    return result;
}

void WorkPanel::fillColumns()
{
    const auto columns = commonColumns(chosenDatasets());
    if (namesOf(columns) != columns_) {
        columns_ = namesOf(columns);
        const QSignalBlocker quietKey(key_);
        const QSignalBlocker quietValues(values_);
        key_->clear();
        values_->clear();
        key_->addItem(tr("Automatic"));
        for (const Column& column : columns) {
            key_->addItem(text(column.name));
            if (!isNumber(column.type)) continue;
            auto* item = new QListWidgetItem(text(column.name), values_);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            item->setCheckState(Qt::Unchecked);
            item->setSizeHint(QSize(fontMetrics().horizontalAdvance(item->text()) + 36, 22));
        }
    }
    refreshChoice();
}

std::vector<std::string> WorkPanel::chosenValues() const
{
    std::vector<std::string> names;
    for (int i = 0; i < values_->count(); ++i)
        if (values_->item(i)->checkState() == Qt::Checked)
            names.push_back(utf8(values_->item(i)->text()));
    return names;
}

void WorkPanel::refreshChoice()
{
    const auto datasets = chosenDatasets();
    choice_->clear();
    const std::string key = key_->currentIndex() > 0 ? utf8(key_->currentText()) : std::string();
    if (!datasets.empty()) {
        const OpenedDataset opened{.dataset = datasets.front(),
                                   .manifest = workbench_.manifestOf(datasets.front().fingerprint),
                                   .standing = {},
                                   .guess = {}};
        const auto choice = chooseColumns(opened, key, chosenValues());
        choice_->setText(choice ? text(choice->reason) : windowWords(choice.error()));
        setRole(choice_, choice ? "muted" : "error");
    }
    showKinds();
}

void WorkPanel::writeTo(Plan& plan) const
{
    plan.datasets = chosenDatasets();
    plan.workloads.clear();
    if (const auto names = tableNames(); !names.empty()) {
        std::vector<NamedTable> tables;
        for (std::size_t i = 0; i < names.size(); ++i)
            tables.emplace_back(names[i], plan.datasets[i]);
        // What cannot be read now is said when the plan starts.
        if (auto all = tableSet(tables)) plan.datasets = {std::move(*all)};
    }
    std::string key = key_->currentIndex() > 0 ? utf8(key_->currentText()) : std::string();
    std::vector<std::string> values = chosenValues();
    if (plan.datasets.size() == 1) {
        // One dataset: the manifest may know better than the types, so the columns are said.
        const OpenedDataset opened{.dataset = plan.datasets.front(),
                                   .manifest =
                                       workbench_.manifestOf(plan.datasets.front().fingerprint),
                                   .standing = {},
                                   .guess = {}};
        if (auto choice = chooseColumns(opened, key, values)) {
            key = choice->key;
            values = choice->values;
        }
    }
    for (const auto& [type, box] : kinds_) {
        if (!box->isChecked()) continue;
        Workload workload{.kind = type->id};
        for (const auto& role : type->roles) {
            auto columns = role.many     ? values
                           : key.empty() ? std::vector<std::string>()
                                         : std::vector{key};
            if (!columns.empty()) workload.columns[role.name] = std::move(columns);
        }
        for (const auto& [planned, job] : jobs_)
            if (planned == type) job->writeTo(workload);
        plan.workloads.push_back(std::move(workload));
    }
    // Data that none of the checked kinds reads are left out.
    if (!takesData()) plan.datasets.clear();
    completeData(plan);
}

std::vector<std::string> WorkPanel::kinds() const
{
    std::vector<std::string> ids;
    for (const auto& [type, box] : kinds_)
        if (box->isChecked()) ids.push_back(type->id);
    return ids;
}

bool WorkPanel::takesData() const
{
    const auto reads = [](const auto& kind) {
        return kind.second->isChecked() && kind.first->takesData;
    };
    const auto checked = [](const auto& kind) { return kind.second->isChecked(); };
    return std::ranges::none_of(kinds_, checked) || std::ranges::any_of(kinds_, reads);
}

void WorkPanel::show(const Plan& plan)
{
    for (const auto& [type, box] : kinds_)
        box->setChecked(std::ranges::find(plan.workloads, type->id, &Workload::kind) !=
                        plan.workloads.end());
    for (const auto& workload : plan.workloads)
        for (const auto& [type, job] : jobs_)
            if (type->id == workload.kind) job->show(workload);
    emit edited();
}

} // namespace spillway
