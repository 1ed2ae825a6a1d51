#include "ui/data/data_page.h"

#include "experiment/expand.h"
#include "experiment/presets.h"
#include "session/session_mark.h"
#include "ui/data/dataset_list.h"
#include "ui/data/dataset_panel.h"
#include "ui/data/generate_panel.h"
#include "ui/data/open_panel.h"
#include "ui/data/question_row.h"
#include "ui/data/try_panel.h"
#include "ui/data/welcome_panel.h"
#include "ui/manual/manual_place.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/toast.h"
#include "work/obstacle.h"
#include "work/text.h"
#include "workloads/etl/etl.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

GeneratorSpec specOf(const PresetFile& file, double scale = 1)
{
    GeneratorSpec spec;
    spec.bytes = file.scaledTo(scale);
    spec.signal = file.signal;
    return spec;
}

} // namespace

DataPage::DataPage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      stack_(new QStackedWidget),
      welcome_(new WelcomePanel(workbench)),
      notice_(new NoticeBar),
      list_(new DatasetList(workbench)),
      tabs_(new QTabWidget),
      generate_(new GeneratePanel(workbench)),
      open_(new OpenPanel(workbench)),
      dataset_(new DatasetPanel(workbench)),
      try_(new TryPanel(workbench)),
      toast_(new Toast(this))
{
    setAcceptDrops(true);
    setManualPage(welcome_, QStringLiteral("first-experiment"));
    setManualPage(generate_, QStringLiteral("first-experiment"));
    stack_->addWidget(scrolled(welcome_));
    stack_->addWidget(buildDesk());
    stack_->addWidget(scrolled(try_));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(stack_);
    connectParts();
    connectQuestions();
    refresh();
}

QWidget* DataPage::buildDesk()
{
    tabs_->addTab(dataset_, lineIcon(QStringLiteral("table")), tr("Preview"));
    tabs_->addTab(generate_, lineIcon(QStringLiteral("add")), tr("Generate"));
    tabs_->addTab(open_, lineIcon(QStringLiteral("folder")), tr("Open"));
    tabs_->setDocumentMode(true);
    list_->setMinimumWidth(230);
    list_->setMaximumWidth(320);
    auto* desk = new QWidget;
    auto* outer = new QVBoxLayout(desk);
    outer->setContentsMargins(16, 14, 12, 12);
    outer->setSpacing(10);
    outer->addWidget(notice_);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(18);
    columns->addWidget(list_, 2);
    columns->addWidget(tabs_, 5);
    outer->addLayout(columns, 1);
    return desk;
}

void DataPage::connectParts()
{
    connect(welcome_, &WelcomePanel::tryRequested, this, &DataPage::tryIt);
    connect(try_, &TryPanel::goOn, this, &DataPage::tryNow);
    connect(try_, &TryPanel::givenUp, this,
            [this] { stack_->setCurrentIndex(leftWelcome_ ? 1 : 0); });
    connect(&this->workbench(), &Workbench::enginesChanged, this, [this] {
        if (std::exchange(tryWhenKnown_, false)) tryIt();
    });
    connect(welcome_, &WelcomePanel::paperRequested, this, &DataPage::repeatPaper);
    connect(welcome_, &WelcomePanel::openRequested, this, [this] {
        showOpen();
        open_->browse();
    });
    connect(list_, &DatasetList::addRequested, this, [this] {
        showOpen();
        open_->browse();
    });
    connect(generate_, &GeneratePanel::generated, &workbench(), &Workbench::addDataset);
    connect(generate_, &GeneratePanel::notGenerated, this, &DataPage::onNotGenerated);
    connect(open_, &OpenPanel::accepted, this, &DataPage::forgetPreset);
    connect(open_, &OpenPanel::accepted, &workbench(), &Workbench::addDataset);
    connect(&workbench(), &Workbench::datasetAdded, this, &DataPage::onAdded);
    connect(&workbench(), &Workbench::sessionChanged, this, &DataPage::refresh);
    connect(&workbench(), &Workbench::sessionChanged, notice_, &NoticeBar::clear);
}

void DataPage::connectQuestions()
{
    connect(list_, &DatasetList::selected, this, [this](const QString& fingerprint) {
        dataset_->show(fingerprint);
        if (list_->isAncestorOf(QApplication::focusWidget())) tabs_->setCurrentWidget(dataset_);
    });
    connect(&workbench(), &Workbench::datasetRemoved, this,
            [this](const QString& fingerprint, const QString& name) {
                toast_->say(tr("%1 is removed from the session.").arg(name), tr("Undo"),
                            [this, fingerprint] { workbench().restoreDataset(utf8(fingerprint)); });
            });
    connect(dataset_, &DatasetPanel::startRequested, this, &DataPage::startQuestion);
    connect(open_, &OpenPanel::startRequested, this,
            [this](const OpenedDataset& opened, const QString& key, const QStringList& values) {
                forgetPreset();
                questionOf_ = text(opened.dataset.fingerprint);
                questionKey_ = key;
                questionValues_ = values;
                workbench().addDataset(opened);
            });
    const auto sayWhetherFree = [this] {
        const QString obstacle = startObstacle(workbench(), runs());
        for (QuestionRow* row : {dataset_->question(), open_->question()})
            row->setObstacle(obstacle);
    };
    connect(&runs(), &RunController::runningChanged, this, sayWhetherFree);
    connect(&workbench(), &Workbench::sessionChanged, this, sayWhetherFree);
    connect(&workbench(), &Workbench::followedChanged, this, sayWhetherFree);
    connect(&workbench().engineSetup(), &EngineSetup::busyChanged, this, sayWhetherFree);
}

/// The preset Quick with this work alone.
void DataPage::startQuestion(const QString& fingerprint, const QString& key,
                             const QStringList& values)
{
    const auto& datasets = workbench().datasets();
    const auto found = std::ranges::find(datasets, utf8(fingerprint), &Dataset::fingerprint);
    auto plan = preset("quick", presetContext(workbench().engines()));
    if (!plan || found == datasets.end()) {
        if (!plan) notice_->show(plan.error());
        return;
    }
    EtlWorkload work{utf8(key), {}, {}};
    for (const QString& value : values)
        work.values.push_back(utf8(value));
    plan->datasets = {*found};
    plan->workloads = {work};
    if (const auto limit = lastLimit(workbench().plans())) plan->memoryLimit = *limit;
    if (auto valid = plan->validate(); !valid)
        notice_->show(valid.error());
    else
        emit planRequested(*plan);
}

void DataPage::showGenerate()
{
    leftWelcome_ = true;
    stack_->setCurrentIndex(1);
    tabs_->setCurrentWidget(generate_);
}

void DataPage::showOpen()
{
    leftWelcome_ = true;
    stack_->setCurrentIndex(1);
    tabs_->setCurrentWidget(open_);
}

/// The engines first, where some are missing.
void DataPage::tryIt()
{
    if (!workbench().registry()) {
        tryWhenKnown_ = true;
        return;
    }
    if (!TryPanel::isNeeded(workbench())) return tryNow();
    stack_->setCurrentIndex(2);
    try_->begin();
}

void DataPage::tryNow()
{
    startAfter_ = true;
    preparePreset(QStringLiteral("quick"), {specOf(presetFiles("quick").front())});
    generate_->generateNow();
}

/// Choosing the user's own data ends what a card has begun.
void DataPage::forgetPreset()
{
    presetAfter_.clear();
    toGenerate_.clear();
    startAfter_ = false;
    tryWhenKnown_ = false;
}

/// A file in the way may still be replaced; after any other failure nothing starts by itself.
void DataPage::onNotGenerated(const Error& why)
{
    if (why.code == ErrorCode::Cancelled)
        forgetPreset();
    else if (why.code != ErrorCode::AlreadyExists)
        startAfter_ = false;
}

void DataPage::repeatPaper()
{
    startAfter_ = false;
    tryWhenKnown_ = false;
    std::vector<GeneratorSpec> specs;
    for (const auto& file : presetFiles("paper"))
        specs.push_back(specOf(file, halfHourScale));
    const Bytes largest = specs.front().bytes.value_or(0);
    preparePreset(QStringLiteral("paper"), std::move(specs));
    notice_->show(NoticeBar::Kind::Info,
                  tr("The paper's two files at %1 of their size (%2, then half of that), so that "
                     "the runs take about half an hour. The paper's data were 1.1 to 1.2 times the "
                     "machine's memory: to keep that ratio, choose a larger size or set the plan's "
                     "memory limit below the size of the data.")
                      .arg(tr("1/%1").arg(qRound(1 / halfHourScale)), bytesText(largest)));
}

void DataPage::preparePreset(const QString& preset, std::vector<GeneratorSpec> specs)
{
    presetAfter_ = preset;
    toGenerate_ = std::move(specs);
    showGenerate();
    generateNext(nullptr);
}

/// Puts the next dataset of a preset into the form, in the same proportion to the one before it
/// whatever size the user gave that.
bool DataPage::generateNext(const Dataset* before)
{
    if (toGenerate_.empty()) return false;
    GeneratorSpec spec = toGenerate_.front();
    toGenerate_.erase(toGenerate_.begin());
    const Bytes planned = std::exchange(lastPlanned_, spec.bytes.value_or(0));
    if (before && planned > 0)
        spec.bytes =
            static_cast<Bytes>(static_cast<double>(lastPlanned_) *
                               static_cast<double>(before->bytes) / static_cast<double>(planned));
    generate_->setSpec(spec);
    return true;
}

void DataPage::onAdded(const QString& fingerprint)
{
    leftWelcome_ = true;
    stack_->setCurrentIndex(1);
    list_->select(fingerprint);
    const auto& datasets = workbench().datasets();
    const auto found = std::ranges::find(datasets, utf8(fingerprint), &Dataset::fingerprint);
    if (!presetAfter_.isEmpty()) {
        if (generateNext(found == datasets.end() ? nullptr : &*found))
            return generate_->generateNow();
        const QString preset = std::exchange(presetAfter_, {});
        if (std::exchange(startAfter_, false))
            emit startRequested(preset);
        else
            emit presetRequested(preset);
        return;
    }
    if (found == datasets.end()) return;
    tabs_->setCurrentWidget(dataset_);
    if (std::exchange(questionOf_, {}) == fingerprint)
        return startQuestion(fingerprint, questionKey_, questionValues_);
    notice_->show(NoticeBar::Kind::Info, tr("%1 was added to the session.").arg(text(found->name)));
    QPushButton* plan = notice_->addAction(tr("Plan a comparison"));
    connect(plan, &QPushButton::clicked, this, [this] {
        notice_->clear();
        emit planPageRequested();
    });
}

void DataPage::refresh()
{
    const bool nothing = workbench().datasets().empty() && workbench().records().empty();
    if (!nothing || workbench().hasSession()) leftWelcome_ = true;
    stack_->setCurrentIndex(leftWelcome_ ? 1 : 0);
}

void DataPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.front().isLocalFile()) return;
    event->acceptProposedAction();
    openFile(urls.front().toLocalFile());
}

void DataPage::openFile(const QString& path)
{
    if (path.endsWith(QLatin1String(".spillway")) || isSession(pathOf(path))) {
        workbench().openSession(pathOf(path));
        return;
    }
    showOpen();
    open_->inspect(path);
}

} // namespace spillway
