#include "ui/plan/work_panel.h"

#include "data/table_set.h"
#include "protocol/dataset_json.h"
#include "ui/parts/field_note.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "ui/plan/job_panel.h"
#include "ui/plan/kind_panel.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QCheckBox>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

/// Those that read data first, of which the first is checked to begin with.
std::vector<const WorkloadType*> kindsInOrder()
{
    const auto all = workloadTypes();
    std::vector<const WorkloadType*> kinds(all.begin(), all.end());
    std::stable_partition(kinds.begin(), kinds.end(),
                          [](const auto* kind) { return kind->takesData; });
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

/// Whether they have a key and a value in common.
bool canRunBeside(const Dataset& a, const Dataset& b)
{
    const auto common = std::ranges::count_if(a.schema.columns, [&](const Column& column) {
        return b.schema.find(column.name).has_value();
    });
    return common >= 2;
}

} // namespace

WorkPanel::WorkPanel(Workbench& workbench, const std::shared_ptr<WarmTools>& warm, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      datasetRows_(new QWidget),
      dataNote_(new FieldNote(datasetRows_)),
      kindNote_(new FieldNote(this)),
      asTables_(new QCheckBox(tr("The data are tables of one query")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(headingLabel(tr("Job")));
    new FlowLayout(14, datasetRows_);
    layout->addWidget(datasetRows_);
    layout->addWidget(dataNote_);
    asTables_->setChecked(true);
    asTables_->setObjectName(QStringLiteral("as-tables"));
    asTables_->setToolTip(tr("One query reads all checked data, each as a table of its own name. "
                             "Otherwise it runs on each of them, as the table \"data\"."));
    auto* boxes = new QWidget;
    new FlowLayout(14, boxes);
    layout->addWidget(boxes);
    layout->addWidget(kindNote_);
    layout->addWidget(asTables_);
    for (const auto* type : kindsInOrder()) {
        auto* box = new QCheckBox(text(capitalised(type->title)), boxes);
        box->setObjectName(QStringLiteral("work-") + text(type->id));
        box->setToolTip(text(type->question));
        box->setChecked(kinds_.empty());
        boxes->layout()->addWidget(box);
        auto* panel = new KindPanel(*type, workbench, warm);
        layout->addWidget(panel);
        connect(box, &QCheckBox::toggled, this, &WorkPanel::showKinds);
        connect(panel, &KindPanel::edited, this, &WorkPanel::edited);
        kinds_.push_back({type, box, panel});
    }
    connect(asTables_, &QCheckBox::toggled, this, &WorkPanel::showKinds);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(&workbench_, &Workbench::datasetsChanged, this, &WorkPanel::fillDatasets);
    fillDatasets();
}

std::vector<JobPanel*> WorkPanel::jobPanels() const
{
    std::vector<JobPanel*> panels;
    for (const Kind& kind : kinds_)
        if (kind.panel->job() && kind.box->isChecked()) panels.push_back(kind.panel->job());
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

/// Only what the chosen kinds need is shown, and what is not shown is not sent.
void WorkPanel::showKinds()
{
    for (const Kind& kind : kinds_) {
        kind.panel->setVisible(kind.box->isChecked());
        kind.panel->setEnabled(kind.box->isChecked());
    }
    const auto datasets = chosenDatasets();
    const bool several =
        datasets.size() > 1 && std::ranges::all_of(datasets, [](const Dataset& dataset) {
            return dataset.tables.empty();
        });
    asTables_->setVisible(several && !jobPanels().empty());
    std::vector<NamedTable> tables;
    const auto names = tableNames();
    for (std::size_t i = 0; i < names.size(); ++i)
        tables.emplace_back(names[i], datasets[i]);
    if (tables.empty() && !datasets.empty() && !datasets.front().tables.empty())
        for (const DataTable& table : datasets.front().tables) {
            Dataset alone;
            alone.schema = table.schema;
            tables.emplace_back(table.name, std::move(alone));
        }
    if (tables.empty())
        tables.emplace_back(std::string(onlyTable),
                            datasets.empty() ? Dataset() : datasets.front());
    for (const Kind& kind : kinds_)
        if (kind.panel->job()) kind.panel->job()->showTables(tables);
    emit edited();
}

/// A dataset that is added is ticked, and those that have nothing in common with it no longer are:
/// one plan could not run on both. Tables of one query may differ.
void WorkPanel::makeRoomForNew(const std::vector<Dataset>& all)
{
    if (datasets_.empty() || !jobPanels().empty()) return;
    for (const Dataset& added : all) {
        const bool known = std::ranges::any_of(
            datasets_, [&](const auto& row) { return row.first == added.fingerprint; });
        if (known) continue;
        for (const Dataset& other : all)
            if (other.fingerprint != added.fingerprint && !canRunBeside(added, other) &&
                std::ranges::find(unchecked_, other.fingerprint) == unchecked_.end())
                unchecked_.push_back(other.fingerprint);
        std::erase(unchecked_, added.fingerprint);
    }
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
    makeRoomForNew(all);
    while (QLayoutItem* item = datasetRows_->layout()->takeAt(0)) {
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
            refreshData();
        });
        datasets_.emplace_back(fingerprint, box);
        datasetRows_->layout()->addWidget(box);
    }
    if (datasets_.empty()) {
        auto* button = new QPushButton(tr("Add a dataset first"));
        setRole(button, "link");
        connect(button, &QPushButton::clicked, this, &WorkPanel::dataRequested);
        datasetRows_->layout()->addWidget(button);
    }
    datasetRows_->updateGeometry();
    refreshData();
}

std::vector<Dataset> WorkPanel::chosenDatasets() const
{
    std::vector<Dataset> result;
    for (const Dataset& dataset : offered(workbench_.datasets()))
        if (std::ranges::find(unchecked_, dataset.fingerprint) == unchecked_.end())
            result.push_back(dataset);
    return result;
}

void WorkPanel::refreshData()
{
    const auto chosen = chosenDatasets();
    const auto manifest =
        chosen.empty() ? std::nullopt : workbench_.manifestOf(chosen.front().fingerprint);
    for (const Kind& kind : kinds_)
        kind.panel->setData(chosen, manifest);
    showKinds();
}

QWidget* WorkPanel::writeTo(Plan& plan)
{
    plan.datasets = chosenDatasets();
    plan.workloads.clear();
    QWidget* wrong = nullptr;
    const bool none = plan.datasets.empty() && !datasets_.empty() && takesData();
    dataNote_->say(none ? tr("Tick the data to measure on.") : QString());
    if (none) wrong = datasets_.front().second;
    if (const auto names = tableNames(); !names.empty()) {
        std::vector<NamedTable> tables;
        for (std::size_t i = 0; i < names.size(); ++i)
            tables.emplace_back(names[i], plan.datasets[i]);
        auto all = tableSet(tables);
        if (all) plan.datasets = {std::move(*all)};
        if (!all) dataNote_->say(windowWords(all.error()));
        if (!all && !wrong) wrong = asTables_;
    }
    for (const Kind& kind : kinds_) {
        if (!kind.box->isChecked()) continue;
        Workload workload{.kind = kind.type->id, .columns = {}, .parameters = {}};
        QWidget* field = kind.panel->writeTo(workload);
        if (field && !wrong) wrong = field;
        plan.workloads.push_back(std::move(workload));
    }
    kindNote_->say(plan.workloads.empty() ? tr("Tick what is to be done with the data.")
                                          : QString());
    if (plan.workloads.empty() && !wrong) wrong = kinds_.front().box;
    // Data that none of the checked kinds reads are left out.
    if (!takesData()) plan.datasets.clear();
    completeData(plan);
    return wrong;
}

std::vector<std::string> WorkPanel::kinds() const
{
    std::vector<std::string> ids;
    for (const Kind& kind : kinds_)
        if (kind.box->isChecked()) ids.push_back(kind.type->id);
    return ids;
}

bool WorkPanel::takesData() const
{
    const auto checked = [](const Kind& kind) { return kind.box->isChecked(); };
    const auto reads = [&](const Kind& kind) { return checked(kind) && kind.type->takesData; };
    return std::ranges::none_of(kinds_, checked) || std::ranges::any_of(kinds_, reads);
}

void WorkPanel::show(const Plan& plan)
{
    chooseDatasets(plan);
    for (const Kind& kind : kinds_) {
        const auto found = std::ranges::find(plan.workloads, kind.type->id, &Workload::kind);
        kind.box->setChecked(found != plan.workloads.end());
        if (found == plan.workloads.end()) continue;
        const auto whole = withParameters(*found, plan.parameters);
        kind.panel->show(whole ? *whole : *found);
    }
    refreshData();
}

/// A plan without data, such as a preset's, is for those that are ticked.
void WorkPanel::chooseDatasets(const Plan& plan)
{
    std::vector<std::filesystem::path> wanted;
    for (const Dataset& dataset : plan.datasets)
        wanted.insert(wanted.end(), dataset.paths.begin(), dataset.paths.end());
    const auto isWanted = [&](const Dataset& dataset) {
        return std::ranges::any_of(dataset.paths, [&](const auto& path) {
            return std::ranges::find(wanted, path) != wanted.end();
        });
    };
    const auto all = offered(workbench_.datasets());
    if (std::ranges::none_of(all, isWanted)) return;
    for (const Dataset& dataset : all)
        for (const auto& [fingerprint, box] : datasets_)
            if (fingerprint == dataset.fingerprint) box->setChecked(isWanted(dataset));
    const bool joined = std::ranges::any_of(
        plan.datasets, [](const Dataset& dataset) { return !dataset.tables.empty(); });
    asTables_->setChecked(joined || plan.datasets.size() < 2);
}

void WorkPanel::showRefusals(const std::vector<PlannedRun>& runs)
{
    for (const Kind& kind : kinds_) {
        QStringList reasons;
        for (const PlannedRun& run : runs) {
            if (run.workload.kind != kind.type->id || !run.refusal || !run.refusedForAll) continue;
            const QString reason = windowWords(*run.refusal);
            if (!reasons.contains(reason)) reasons << reason;
        }
        kind.panel->showRefusal(reasons.join(QLatin1Char('\n')));
    }
}

} // namespace spillway
