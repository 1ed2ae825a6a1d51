#include "ui/compare/compare_page.h"

#include "charts/published_overlay.h"
#include "experiment/presets.h"
#include "experiment/time_budget.h"
#include "measure/machine.h"
#include "ui/compare/answer_strip.h"
#include "ui/compare/article_view.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/comparison_charts.h"
#include "ui/compare/comparison_tables.h"
#include "ui/compare/engine_legend.h"
#include "ui/compare/memory_view.h"
#include "ui/compare/ranking_view.h"
#include "ui/compare/run_drawer.h"
#include "ui/compare/run_edits.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/toast.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <QMessageBox>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <utility>

namespace spillway {
namespace {

constexpr std::chrono::milliseconds redrawInterval(500);

} // namespace

ComparePage::ComparePage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      stack_(new QStackedWidget),
      empty_(new EmptyState(QStringLiteral("compare"), {}, {}, tr("Go to Plan"))),
      tabs_(new QTabBar),
      bar_(new CompareBar),
      answer_(new AnswerStrip),
      legend_(new EngineLegend),
      besideNotice_(new NoticeBar),
      views_(new QStackedWidget),
      charts_(new ComparisonCharts),
      tables_(new ComparisonTables),
      ranking_(new RankingView),
      memory_(new MemoryView),
      article_(new ArticleView),
      drawer_(new RunDrawer(workbench)),
      edits_(new RunEdits(workbench, this)),
      toast_(new Toast(this))
{
    connect(empty_, &EmptyState::activated, this, &Page::planPageRequested);
    stack_->addWidget(empty_);
    stack_->addWidget(makeContent());
    connectBar();
    connectAnswer();
    connectEdits();
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(stack_);
    redraw_.setSingleShot(true);
    redraw_.setInterval(redrawInterval);
    connect(&redraw_, &QTimer::timeout, this, &ComparePage::refresh);
    connect(&workbench, &Workbench::recordsChanged, this, [this] {
        stale_ = true;
        if (isVisible() && !redraw_.isActive()) redraw_.start();
    });
    connect(&workbench, &Workbench::sessionChanged, this, [this] {
        beside_.reset();
        viewChosen_ = false;
        showStudyOfThePreset(true);
        refresh();
    });
    connect(&runs, &RunController::runningChanged, this, &ComparePage::showWhetherMoreMayRun);
    connect(&workbench.engineSetup(), &EngineSetup::busyChanged, this,
            &ComparePage::showWhetherMoreMayRun);
    connect(&workbench, &Workbench::plansChanged, this, [this] {
        showStudyOfThePreset(false);
        sayWhyEmpty();
        refreshView();
    });
    connect(&workbench, &Workbench::enginesChanged, this, &ComparePage::refresh);
    showStudyOfThePreset(true);
    refresh();
}

/// A session of the preset "paper" is shown beside the paper's figures, until they are switched
/// off.
void ComparePage::showStudyOfThePreset(bool newSession)
{
    const bool before = std::exchange(ofThePaper_, repeatsThePaper(workbench().plans()));
    if (ofThePaper_ && (newSession || !before))
        bar_->setPublished(bothForms);
    else if (before && !ofThePaper_)
        bar_->setPublished({});
    else
        return;
    if (!newSession) refreshView();
}

void ComparePage::connectBar()
{
    connect(bar_, &CompareBar::viewChanged, this, &ComparePage::refreshView);
    connect(bar_, &CompareBar::measureChanged, this, [this] {
        refresh();
        if (beside_) compareWith(beside_->path); // its speedup starts from there, too
    });
    connect(bar_, &CompareBar::inconsistenciesRequested, this, &ComparePage::showInconsistencies);
    connect(bar_, &CompareBar::exportTableRequested, this, &ComparePage::exportTable);
    connect(bar_, &CompareBar::exportReportRequested, this, &ComparePage::exportReport);
    connect(bar_, &CompareBar::exportAllRequested, this, &ComparePage::exportEverything);
    connect(bar_, &CompareBar::copyTableRequested, tables_, &ComparisonTables::copyShown);
    connect(tables_, &ComparisonTables::copied, this, [this](int rows) {
        toast_->say(rows == 1 ? tr("1 row is on the clipboard.")
                              : tr("%1 rows are on the clipboard.").arg(rows));
    });
    connect(besideNotice_, &NoticeBar::dismissed, this, [this] {
        beside_.reset();
        refreshView();
    });
    connectCharts(charts_);
    connectCharts(memory_->charts());
    const auto open = [this](const CellKey& cell) { openDrawer(cell); };
    connect(legend_, &EngineLegend::toggled, bar_, &CompareBar::setShown);
    connect(ranking_, &RankingView::cellActivated, this, open);
    const auto follow = [this](const CellKey& cell) { followSelection(cell); };
    connect(ranking_, &RankingView::cellSelected, this, follow);
    connect(memory_, &MemoryView::cellSelected, this, follow);
    connect(tables_, &ComparisonTables::cellSelected, this, follow);
    connect(tables_, &ComparisonTables::runSelected, this, &ComparePage::followRun);
    connect(memory_, &MemoryView::cellActivated, this, open);
    connect(memory_, &MemoryView::chosen, this, [this](int index) {
        bar_->choose(index);
        refreshView();
    });
    connect(tables_, &ComparisonTables::cellActivated, this, open);
    connect(tables_, &ComparisonTables::runActivated, this, &ComparePage::openRun);
}

QWidget* ComparePage::makeContent()
{
    tabs_->addTab(tr("Ranking"));
    tabs_->addTab(tr("Scaling"));
    tabs_->addTab(tr("Memory"));
    tabs_->addTab(tr("Learning"));
    tabs_->addTab(tr("Table"));
    tabs_->addTab(tr("The article"));
    tabs_->setAccessibleName(tr("Views"));
    tabs_->setExpanding(false);
    tabs_->setTabToolTip(RankingTab, tr("Each engine's fastest worker count"));
    tabs_->setTabToolTip(ScalingTab, tr("Over worker counts"));
    tabs_->setTabToolTip(MemoryTab, tr("Who survives with less memory; time against memory"));
    tabs_->setTabToolTip(LearningTab, tr("What the work itself measures, over worker counts"));
    tabs_->setTabVisible(LearningTab, false);
    tabs_->setTabToolTip(TableTab, tr("All cells and runs"));
    tabs_->setTabToolTip(ArticleTab, tr("What the article says of Dask and Ray, claim by claim"));
    tabs_->setTabVisible(ArticleTab, false);
    connect(tabs_, &QTabBar::currentChanged, this, [this] {
        viewChosen_ = true;
        refreshView();
    });
    views_->addWidget(charts_);
    views_->addWidget(tables_);
    views_->addWidget(ranking_);
    views_->addWidget(memory_);
    views_->addWidget(article_);
    auto* splitter =
        new RememberedSplitter(QStringLiteral("compare-drawer"), Qt::Horizontal, {720, 360});
    splitter->addWidget(views_);
    splitter->addWidget(drawer_);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 0);
    splitter->reset();
    drawer_->hide();
    connect(drawer_, &RunDrawer::closed, drawer_, &QWidget::hide);
    connect(drawer_, &RunDrawer::replayRequested, this, &Page::replayRequested);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(20, 14, 20, 14);
    layout->setSpacing(8);
    layout->addWidget(answer_);
    layout->addWidget(besideNotice_);
    layout->addWidget(tabs_);
    layout->addWidget(bar_);
    layout->addWidget(legend_);
    layout->addWidget(splitter, 1);
    return content;
}

void ComparePage::applyTheme()
{
    refreshView();
}

void ComparePage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    if (stale_) refresh();
}

void ComparePage::refresh()
{
    const auto& environments = workbench().environments();
    const int cores =
        environments.empty() ? workbench().usableCores() : environments.back().coresUsable;
    comparisons_ = compare(workbench().records(), cores,
                           {.baselineWorkers = bar_->baseline(),
                            .time = bar_->time(),
                            .engines = workbench().catalogue()});
    for (Comparison& comparison : comparisons_) {
        comparison.ram = environments.empty() ? totalRam() : environments.back().ram;
        if (const auto manifest = workbench().provenManifestOf(comparison.key.dataset))
            addLevelsOf(*manifest, comparison);
    }
    stale_ = false;
    offerArticle();
    sayWhyEmpty();
    stack_->setCurrentIndex(comparisons_.empty() ? 0 : 1);
    refreshChoice();
    refreshView();
}

/// A time budget may have been spent on warm-ups: then there are runs, and nothing to compare.
void ComparePage::sayWhyEmpty()
{
    if (workbench().records().empty()) {
        empty_->setWords(tr("No finished runs yet"), tr("The ranking begins with the first run."));
        return;
    }
    QStringList words;
    for (const auto& sentence : leftOutSentences(workbench().plans()))
        words << text(sentence);
    words << tr("The runs so far are warm-ups, which do not count.");
    if (words.size() > 1)
        words << tr("To finish them, give a longer time budget, or none, and tick \"Skip runs "
                    "already finished\".");
    empty_->setWords(tr("No counted runs yet"), words.join(u'\n'));
}

/// Where there are several kinds of work each is named.
void ComparePage::refreshChoice()
{
    const bool kinds = std::ranges::any_of(comparisons_, [&](const Comparison& comparison) {
        return comparison.workload.kind != comparisons_.front().workload.kind;
    });
    QList<CompareBar::Choice> choices;
    for (std::size_t i = 0; i < comparisons_.size(); ++i) {
        const auto& workload = comparisons_[i].workload;
        const QString kind =
            kinds ? text(capitalised(typeOf(workload).shortName)) + ": " : QString();
        const QString name = kind + comparisonTitle(comparisons_[i]);
        const bool unique = std::ranges::count_if(comparisons_, [&](const Comparison& other) {
                                return other.workload.kind == workload.kind &&
                                       comparisonTitle(other) == comparisonTitle(comparisons_[i]);
                            }) == 1;
        const QString machine = unique ? QString() : " · " + text(comparisons_[i].key.machine);
        choices.append({name + machine, name + machine, int(i)});
    }
    bar_->setChoices(choices); // the comparison with the most recent run is the last one
}

void ComparePage::showLatest()
{
    if (stale_) refresh();
    if (comparisons_.empty()) return;
    bar_->choose(static_cast<int>(comparisons_.size()) - 1);
    refreshView();
}

const Comparison* ComparePage::current() const
{
    const auto index = bar_->choice();
    return index ? &comparisons_[static_cast<std::size_t>(*index)] : nullptr;
}

void ComparePage::showInconsistencies()
{
    QStringList notes;
    for (const auto& note : publishedInconsistencies(paperStudy()))
        notes << QStringLiteral("• ") + text(note);
    QMessageBox box(QMessageBox::NoIcon, tr("The paper's figures"),
                    notes.join(QStringLiteral("\n")), QMessageBox::Close, this);
    box.setInformativeText(
        tr("Source: %1. \"Recomputed\": relative to each table's own logged 2-worker time.")
            .arg(text(paperStudy().source)));
    box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    box.exec();
}

QList<ComparisonChartView*> ComparePage::charts() const
{
    return (views_->currentWidget() == memory_ ? memory_->charts() : charts_)->views();
}

} // namespace spillway
