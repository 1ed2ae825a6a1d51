#include "ui/compare/compare_page.h"

#include "analysis/session_ratio.h"
#include "analysis/snippet.h"
#include "charts/published_overlay.h"
#include "experiment/presets.h"
#include "experiment/time_budget.h"
#include "measure/machine.h"
#include "ui/compare/answer_strip.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/comparison_charts.h"
#include "ui/compare/comparison_tables.h"
#include "ui/compare/engine_legend.h"
#include "ui/compare/ranking_view.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/remembered_splitter.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
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

/// More worker counts than a ranking of best cells does justice to.
constexpr std::size_t mostCountsRanked = 2;

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
      drawer_(new RunDrawer(workbench))
{
    connect(empty_, &EmptyState::activated, this, &Page::planPageRequested);
    stack_->addWidget(empty_);
    stack_->addWidget(makeContent());
    connectBar();
    connectAnswer();
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
    connect(bar_, &CompareBar::exportAllRequested, this, [this] {
        const QString directory = QFileDialog::getExistingDirectory(this, tr("Export into"));
        if (directory.isEmpty()) return;
        const auto files = exportAll(pathOf(directory));
        if (!files && files.error().code != ErrorCode::Cancelled)
            emit workbench().failed(files.error());
    });
    connect(bar_, &CompareBar::copyTableRequested, this,
            [this] { QGuiApplication::clipboard()->setText(tables_->summary()->selectionText()); });
    connect(besideNotice_, &NoticeBar::dismissed, this, [this] {
        beside_.reset();
        refreshView();
    });
    connect(charts_, &ComparisonCharts::failed, &workbench(), &Workbench::failed);
    const auto open = [this](const CellKey& cell) { openDrawer(cell); };
    connect(charts_, &ComparisonCharts::cellActivated, this, open);
    connect(legend_, &EngineLegend::toggled, bar_, &CompareBar::setShown);
    connect(ranking_, &RankingView::cellActivated, this, open);
    connect(charts_, &ComparisonCharts::besideActivated, this, &ComparePage::openDrawerBeside);
    connect(tables_, &ComparisonTables::cellActivated, this, open);
    connect(tables_, &ComparisonTables::runActivated, this, [this](std::size_t index) {
        const auto& record = workbench().records()[index];
        openDrawer(record.cell, record.id);
    });
}

void ComparePage::connectAnswer()
{
    connect(answer_, &AnswerStrip::moreRequested, this, &ComparePage::runMore);
}

QWidget* ComparePage::makeContent()
{
    tabs_->addTab(tr("Ranking"));
    tabs_->addTab(tr("Scaling"));
    tabs_->addTab(tr("Trade-off"));
    tabs_->addTab(tr("Table"));
    tabs_->setAccessibleName(tr("Views"));
    tabs_->setExpanding(false);
    tabs_->setTabToolTip(RankingTab, tr("Each engine's fastest worker count"));
    tabs_->setTabToolTip(ScalingTab, tr("Over worker counts"));
    tabs_->setTabToolTip(TradeOffTab, tr("Time against memory"));
    tabs_->setTabToolTip(TableTab, tr("All cells and runs"));
    connect(tabs_, &QTabBar::currentChanged, this, [this] {
        viewChosen_ = true;
        refreshView();
    });
    views_->addWidget(charts_);
    views_->addWidget(tables_);
    views_->addWidget(ranking_);
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
    sayWhyEmpty();
    stack_->setCurrentIndex(comparisons_.empty() ? 0 : 1);
    refreshChoice();
    refreshView();
}

/// A time budget may have been spent on warm-ups: then there are runs, and nothing to compare.
void ComparePage::sayWhyEmpty()
{
    if (workbench().records().empty()) {
        empty_->setWords(tr("No finished runs yet"), tr("Points appear after the first run."));
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

void ComparePage::chooseView()
{
    const Comparison* comparison = current();
    if (viewChosen_ || !comparison) return;
    const QSignalBlocker quiet(tabs_);
    tabs_->setCurrentIndex(comparison->workers.size() > mostCountsRanked ? ScalingTab : RankingTab);
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

void ComparePage::refreshView()
{
    const Comparison* comparison = current();
    bar_->showOptionsOf(comparison);
    if (!comparison) return;
    showRecommendation(*comparison);
    showBesideNotice(*comparison);
    chooseView();
    const Comparison shown = bar_->filtered(*comparison);
    const int view = tabs_->currentIndex();
    legend_->setVisible(view == ScalingTab || view == TradeOffTab);
    legend_->set(*comparison, [this](const QString& line) { return bar_->isShown(line); });
    switch (view) {
    case RankingTab:
        views_->setCurrentWidget(ranking_);
        ranking_->set(shown, recommend(*comparison, comparison->key.memoryLimit));
        break;
    case TableTab:
        views_->setCurrentWidget(tables_);
        showTables(shown);
        break;
    default:
        views_->setCurrentWidget(charts_);
        showCharts(shown);
    }
}

void ComparePage::showRecommendation(const Comparison& comparison)
{
    const auto recommendation = recommend(comparison, comparison.key.memoryLimit);
    answer_->setRecommendation(
        recommendation,
        text(leftOutSentence(workbench().plans(), workbench().records(), comparison.key.dataset)),
        leaderSnippet(recommendation, workbench().records(), workbench().datasets()));
    tables_->setStanding(recommendation);
    showWhetherMoreMayRun();
}

Result<Plan> ComparePage::planOfMore() const
{
    const Comparison* comparison = current();
    const Answer& answer = answer_->answer();
    if (!comparison || answer.undecided.empty())
        return makeError(ErrorCode::NotFound, utf8(tr("Nothing is undecided.")));
    const auto& records = workbench().records();
    const CellKey& first = answer.undecided.front();
    const auto run = std::find_if(records.rbegin(), records.rend(),
                                  [&](const RunRecord& record) { return record.cell == first; });
    const auto& plans = workbench().plans();
    const auto stored = run == records.rend()
                            ? plans.end()
                            : std::ranges::find(plans, run->planId, &StoredPlan::id);
    if (stored == plans.end())
        return makeError(ErrorCode::NotFound,
                         utf8(tr("This session does not hold the plan of these runs.")));
    auto plan = planFromText(stored->text);
    if (!plan) return plan.error();
    std::erase_if(plan->datasets,
                  [&](const Dataset& dataset) { return dataset.fingerprint != first.dataset; });
    std::erase_if(plan->workloads, [&](const Workload& workload) {
        return workload.kind != comparison->workload.kind;
    });
    // Its job in the form that the runs have.
    for (Workload& workload : plan->workloads)
        workload = comparison->workload;
    if (plan->workloads.size() > 1) plan->workloads.resize(1);
    plan->engines.clear();
    plan->workers.clear();
    for (const CellKey& cell : answer.undecided) {
        plan->engines.push_back({cell.engine, cell.profile});
        if (std::ranges::find(plan->workers, cell.workers) == plan->workers.end())
            plan->workers.push_back(cell.workers);
    }
    std::ranges::sort(plan->workers);
    plan->repeats = answer.more;
    plan->memoryLimit = first.memoryLimit;
    plan->furtherLimits.clear();
    plan->cache = first.cache;
    plan->budget.reset();
    if (auto valid = plan->validate(); !valid) return valid.error();
    return plan;
}

void ComparePage::showWhetherMoreMayRun()
{
    if (answer_->answer().more == 0) return;
    const auto plan = planOfMore();
    answer_->setObstacle(runs().isRunning()         ? tr("A plan is running")
                         : workbench().isReadOnly() ? tr("The session can only be looked at")
                         : plan                     ? QString()
                                                    : text(plan.error().message));
}

void ComparePage::runMore()
{
    const auto plan = planOfMore();
    if (!plan || runs().isRunning()) return;
    runs().start(*plan, false);
    emit livePageRequested();
}

const Comparison* ComparePage::counterpartOf(const Comparison& comparison) const
{
    return beside_ ? counterpart(comparison, beside_->comparisons) : nullptr;
}

void ComparePage::showBesideNotice(const Comparison& comparison)
{
    const Comparison* other = counterpartOf(comparison);
    if (!other) {
        besideNotice_->clear();
        return;
    }
    const QString what =
        tr("On the right: %1 (%2), measured on %3.")
            .arg(pathText(beside_->path.stem()), comparisonTitle(*other),
                 other->key.machine.empty() ? tr("an unknown machine") : text(other->key.machine));
    QStringList reasons;
    for (const auto& reason : ratioObstacles(comparison, *other))
        reasons << text(reason);
    if (reasons.isEmpty())
        besideNotice_->show(NoticeBar::Kind::Info,
                            what + ' ' + tr("Their ratios are in the table."));
    else
        besideNotice_->show(
            NoticeBar::Kind::Warning,
            what + ' ' +
                tr("No ratio: %1. Shown side by side.").arg(reasons.join(QStringLiteral(", "))));
}

void ComparePage::compareWith(const std::filesystem::path& path)
{
    workbench().jobs().start(
        this,
        [path, baseline = bar_->baseline(), time = bar_->time()](JobControl&) {
            return openSessionView(path, baseline, time);
        },
        [this, path](Result<SessionView> view) {
            if (view && view->comparisons.empty())
                view = makeError(ErrorCode::NotFound,
                                 utf8(tr("%1 holds no finished runs yet.").arg(pathText(path))));
            if (!view) {
                emit workbench().failed(view.error());
                return;
            }
            beside_ = std::make_shared<const SessionView>(std::move(*view));
            refreshView();
        });
}

QList<ChartKind> ComparePage::kindsOnShow(const Comparison& comparison) const
{
    constexpr qsizetype chartsOfAPage = 4;
    if (tabs_->currentIndex() == TradeOffTab) return {ChartKind::TradeOff};
    auto kinds = chartKinds(comparison.workload);
    if (kinds.size() > chartsOfAPage) kinds.removeOne(ChartKind::TradeOff); // it has its own tab
    return kinds;
}

void ComparePage::showCharts(const Comparison& shown)
{
    ComparisonCharts::Side own{shown, chartOptions()};
    std::optional<ComparisonCharts::Side> beside;
    if (const Comparison* other = counterpartOf(shown)) {
        beside = {bar_->filtered(*other), chartOptions()};
        own.options.subject = workbench().sessionName();
        beside->options.subject = pathText(beside_->path.stem());
        beside->options.usableCores = other->usableCores;
        // Of other data or another workload the figures would only flatten each other.
        if (other->key.dataset == shown.key.dataset && other->key.workload == shown.key.workload) {
            own.options.sameScaleAs = std::make_shared<const Comparison>(beside->comparison);
            beside->options.sameScaleAs = std::make_shared<const Comparison>(shown);
        }
    }
    charts_->setSides(kindsOnShow(shown), std::move(own), std::move(beside));
}

void ComparePage::showTables(const Comparison& shown)
{
    const Comparison* other = counterpartOf(shown);
    tables_->setCells(shown, other ? std::optional(sideBySideTable(shown, bar_->filtered(*other)))
                                   : std::nullopt);
    tables_->setRuns(workbench().records());
}

void ComparePage::openDrawer(const CellKey& cell, qint64 runId)
{
    drawer_->showCell(cell);
    if (runId > 0) drawer_->selectRun(runId);
    drawer_->show();
    drawer_->setFocus();
}

void ComparePage::openDrawerBeside(const CellKey& cell)
{
    drawer_->showCell(cell, beside_);
    drawer_->show();
    drawer_->setFocus();
}

QList<ComparisonChartView*> ComparePage::charts() const
{
    return charts_->views();
}

} // namespace spillway
