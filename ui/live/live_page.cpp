#include "ui/live/live_page.h"

#include "ui/live/live_view.h"
#include "ui/live/replay.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/table_model.h"
#include "work/cell_text.h"
#include "work/followed_plan.h"
#include "work/obstacle.h"
#include "work/text.h"
#include "work/undecided.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int chooserWidth = 760;

QString cellTextOf(const RunRecord& record, const EngineCatalogue& engines)
{
    return cellText({.cell = record.cell,
                     .engineTitle = engines.of(record.cell.engine).title,
                     .workload = record.workload,
                     .repeat = record.repeat,
                     .warmup = record.warmup});
}

/// Stored runs, the latest first.
Table storedRuns(const std::vector<RunRecord>& records, const EngineCatalogue& engines)
{
    Table table{.title = utf8(LivePage::tr("Stored runs")),
                .columns = {{"run", utf8(LivePage::tr("Run")), 0},
                            {"cell", utf8(LivePage::tr("Engine and workers")), 0},
                            {"data", utf8(LivePage::tr("Data")), 0},
                            {"seconds", utf8(LivePage::tr("Seconds")), 2},
                            {"status", utf8(LivePage::tr("Status")), 0}},
                .rows = {}};
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        if (record->status == RunStatus::Unsupported || record->status == RunStatus::Skipped)
            continue;
        table.rows.push_back({record->id, utf8(cellTextOf(*record, engines)), record->datasetName,
                              record->seconds ? TableValue(*record->seconds) : TableValue(),
                              utf8(statusText(record->status))});
    }
    return table;
}

} // namespace

LivePage::LivePage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      stack_(new QStackedWidget),
      banner_(new QWidget),
      notice_(new NoticeBar),
      scrubber_(new ReplayBar),
      view_(new LiveView([this] { return scene(); })),
      chooser_(new QWidget),
      stored_(new TableView(tr("Stored runs")))
{
    stack_->addWidget(makeIdle());
    stack_->addWidget(view_);
    auto* banner = new QVBoxLayout;
    banner->setContentsMargins(12, 8, 12, 8);
    banner->addWidget(notice_);
    banner_->setLayout(banner);
    banner_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    banner_->setVisible(!notice_->isHidden());
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->setSpacing(0);
    outer->addWidget(banner_);
    outer->addWidget(scrubber_);
    scrubber_->hide();
    outer->addWidget(stack_, 1);
    notice_->installEventFilter(this);
    connectRuns();
    LivePage::applyTheme();
    takeRecords();
    refresh();
}

QWidget* LivePage::makeIdle()
{
    auto* idle = new QWidget;
    auto* empty =
        new EmptyState(QStringLiteral("live"), tr("Nothing is running"),
                       tr("Choose engines and worker counts, then start."), tr("Go to Plan"));
    connect(empty, &EmptyState::activated, this, &Page::planPageRequested);
    auto* title = new QLabel(tr("Or replay a stored run"));
    setRole(title, "heading");
    auto* button = new QPushButton(tr("Replay"));
    button->setToolTip(tr("Show the chosen run as if it were running (Return)"));
    auto* chooser = new QVBoxLayout(chooser_);
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(button);
    chooser->addLayout(head);
    chooser->addWidget(stored_);
    chooser_->setFixedWidth(chooserWidth);
    const auto replayRow = [this](int row) {
        replay(std::get<std::int64_t>(stored_->table().rows[static_cast<std::size_t>(row)][0]));
    };
    stored_->horizontalHeader()->setStretchLastSection(true);
    stored_->setSelectionMode(QAbstractItemView::SingleSelection);
    connect(stored_, &TableView::rowActivated, this, replayRow);
    connect(button, &QPushButton::clicked, this, [this] {
        const QModelIndex chosen = stored_->currentIndex();
        replay(stored_->model()->index(qMax(0, chosen.row()), 0).data().toLongLong());
    });
    auto* layout = new QVBoxLayout(idle);
    layout->addWidget(empty, 2);
    layout->addWidget(chooser_, 3, Qt::AlignHCenter);
    layout->addSpacing(20);
    return idle;
}

void LivePage::connectRuns()
{
    RunController& control = runs();
    connect(scrubber_, &ReplayBar::moved, this, &LivePage::scrub);
    connect(scrubber_, &ReplayBar::besideChosen, this, &LivePage::layOver);
    connect(view_, &LiveView::stopRunRequested, &control, &RunController::stopRun);
    connect(view_, &LiveView::stopPlanRequested, &control, &RunController::stopPlan);
    connect(view_, &LiveView::compareRequested, this, &Page::comparePageRequested);
    connect(view_, &LiveView::replayRequested, this, &LivePage::replay);
    connect(view_, &LiveView::resumeRequested, this, &LivePage::resume);
    connect(view_, &LiveView::rerunFailedRequested, this, &LivePage::rerunFailed);
    connect(view_, &LiveView::untilDecidedRequested, this, &LivePage::runUntilDecided);
    connect(&workbench(), &Workbench::plansChanged, this, &LivePage::lookForOpenPlan);
    connect(&control, &RunController::planStarted, this, &LivePage::refresh);
    connect(&workbench().engineSetup(), &EngineSetup::busyChanged, this, &LivePage::refresh);
    connect(&control, &RunController::datasetProgressed, view_, &LiveView::refreshBand);
    connect(&control, &RunController::runStarted, this, [this] {
        hasLive_ = true;
        followed_.reset();
        ending_.reset();
        refresh();
    });
    connect(&control, &RunController::liveUpdated, view_, &LiveView::request);
    connect(&control, &RunController::runEnded, this, [this](const RunRecord& record) {
        if (runs().live()) view_->keep(*runs().live());
        ending_ = endingOf(record);
        view_->request();
    });
    connect(&control, &RunController::runningChanged, this, [this] {
        const bool begins = runs().isRunning() && !runs().isStopping();
        if (begins && replay_) backToLive(); // Start leaves a replay
        lookForOpenPlan();
    });
    connect(&workbench(), &Workbench::recordsChanged, this, &LivePage::takeRecords);
    connect(&workbench(), &Workbench::followedChanged, this, [this] {
        if (!replay_) sayFollowed();
        follow();
    });
    connect(&workbench(), &Workbench::enginesChanged, this, &LivePage::takeRecords);
    connect(&workbench(), &Workbench::sessionChanged, this, &LivePage::forgetLive);
}

LiveScene LivePage::scene() const
{
    LiveScene scene;
    const PlanProgress& plan = runs().progress();
    if (hasLive_ || runs().isRunning()) scene.plan = &plan;
    if (!scene.plan && followed_) {
        scene.plan = &*followed_;
        scene.followed = workbench().isFollowed();
    }
    scene.records = &workbench().records();
    scene.engines = &engines_;
    const auto& environments = workbench().environments();
    scene.usableCores =
        environments.empty() ? workbench().usableCores() : environments.back().coresUsable;
    scene.ram = environments.empty() ? Bytes(0) : environments.back().ram;
    scene.running = runs().isRunning();
    scene.stopping = runs().isStopping();
    scene.left = open_ ? open_->left : 0;
    scene.obstacle = startObstacle(workbench(), runs());
    if (replay_) {
        scene.run = &replay_->shown;
        if (scene.run->endedAt) scene.ending = replay_->ending;
        scene.replay = true;
        scene.length = durationOf(replay_->run);
        if (replay_->beside) scene.beside = &*replay_->beside;
    } else if (hasLive_) {
        scene.run = runs().live();
        scene.ending = ending_;
    }
    return scene;
}

void LivePage::replay(std::int64_t runId)
{
    const auto& records = workbench().records();
    const auto record = std::ranges::find(records, runId, &RunRecord::id);
    if (record == records.end()) return;
    asked_ = runId;
    workbench().loadTrace(runId, this, [this, found = *record](Result<RunTrace> trace) {
        if (asked_ != found.id) return; // another one was asked for meanwhile
        asked_ = 0;
        if (trace)
            showReplay(found, *trace);
        else
            notice_->show(trace.error());
    });
}

void LivePage::showReplay(const RunRecord& record, const RunTrace& trace)
{
    notice_->clear();
    replay_ = Replay{record.id, watchedRunOf(record, trace), endingOf(record), {}, {}};
    replay_->run.run.engineTitle = workbench().catalogue().of(record.cell.engine).title;
    if (record.error)
        replay_->run.log.push_back({*replay_->run.endedAt, "error", describe(*record.error)});
    replay_->shown = replay_->run;
    scrubber_->setRun(durationOf(replay_->run), othersThan(record.id));
    scrubber_->show();
    notice_->show(NoticeBar::Kind::Info,
                  tr("Replay of run %1 · %2").arg(record.id).arg(cellText(replay_->run.run)));
    auto* back = notice_->addAction(tr("Back to live"));
    connect(back, &QPushButton::clicked, this, &LivePage::backToLive);
    refresh();
}

/// Runs that left a trace, the latest first.
QList<ReplayBar::Choice> LivePage::othersThan(std::int64_t runId) const
{
    constexpr qsizetype most = 200;
    QList<ReplayBar::Choice> others;
    const auto& records = workbench().records();
    for (auto record = records.rbegin(); record != records.rend() && others.size() < most; ++record)
        if (record->id != runId && record->status != RunStatus::Unsupported &&
            record->status != RunStatus::Skipped)
            others.append(
                {record->id, tr("Run %1 · %2").arg(record->id).arg(cellTextOf(*record, engines_))});
    return others;
}

void LivePage::scrub()
{
    if (!replay_) return;
    replay_->shown = upTo(replay_->run, scrubber_->position());
    view_->refreshBand();
    view_->request();
}

void LivePage::layOver(std::int64_t runId)
{
    if (!replay_) return;
    replay_->beside.reset();
    view_->request();
    const auto& records = workbench().records();
    const auto record = std::ranges::find(records, runId, &RunRecord::id);
    if (record == records.end()) return;
    workbench().loadTrace(
        runId, this, [this, found = *record, under = replay_->id](Result<RunTrace> trace) {
            if (!replay_ || replay_->id != under) return; // another replay meanwhile
            if (!trace) {
                notice_->show(trace.error());
                return;
            }
            replay_->beside = watchedRunOf(found, *trace);
            replay_->beside->run.engineTitle = workbench().catalogue().of(found.cell.engine).title;
            view_->request();
        });
}

bool LivePage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != notice_) return false;
    if (event->type() == QEvent::ShowToParent) banner_->show();
    if (event->type() != QEvent::HideToParent) return false;
    banner_->hide(); // with its margins
    if (replay_) backToLive();
    return false;
}

void LivePage::backToLive()
{
    replay_.reset();
    asked_ = 0;
    scrubber_->stop();
    scrubber_->hide();
    notice_->clear();
    refresh();
}

void LivePage::forgetLive()
{
    if (runs().isRunning()) return; // the session was made for the plan that begins
    hasLive_ = false;
    followed_.reset();
    ending_.reset();
    view_->forget();
    backToLive();
}

void LivePage::refresh()
{
    const bool anything = replay_ || hasLive_ || followed_ || runs().isRunning();
    stack_->setCurrentIndex(anything ? 1 : 0);
    view_->refreshBand();
    view_->request();
}

/// The plans of the session are read again when one has ended: until then there is none.
void LivePage::lookForOpenPlan()
{
    open_.reset();
    if (!runs().isRunning() && workbench().registry())
        open_ = openPlanOf(workbench().plans(), workbench().records(), workbench().engines(),
                           undecidedBy(engines_, workbench().usableCores()));
    showOpenPlan();
}

/// A plan that was stopped is shown as far as it came, so that it can be resumed here.
void LivePage::showOpenPlan()
{
    const auto& plans = workbench().plans();
    const auto stored = open_ ? std::ranges::find(plans, open_->id, &StoredPlan::id) : plans.end();
    if (followed_ && followed_->stopped && stored == plans.end()) followed_.reset();
    if (stored != plans.end() && !hasLive_ && !workbench().isFollowed())
        followed_ = followedProgress(*stored, workbench().records(), workbench().engines(),
                                     undecidedBy(engines_, workbench().usableCores()), false);
    refresh();
}

/// The plan whose race is on show.
std::optional<Plan> LivePage::shownPlan() const
{
    if (hasLive_ && runs().plan()) return *runs().plan();
    if (open_ && !workbench().isFollowed()) return open_->plan; // also before a later, finished one
    if (workbench().plans().empty()) return std::nullopt;
    const auto plan = planFromText(workbench().plans().back().text);
    return plan ? std::optional(*plan) : std::nullopt;
}

void LivePage::sayFollowed()
{
    notice_->clear();
    if (workbench().isFollowed())
        notice_->show(NoticeBar::Kind::Info,
                      tr("Another window or a terminal is measuring into this session. It is "
                         "followed here; nothing can be changed until it has ended."));
}

/// The last plan of the session is the one that is measured; when it ends it stays on show.
void LivePage::follow()
{
    if (runs().isRunning() || workbench().plans().empty() || !workbench().registry()) return;
    const bool measured = workbench().isFollowed();
    if (measured) hasLive_ = false;
    followed_ =
        followedProgress(workbench().plans().back(), workbench().records(), workbench().engines(),
                         undecidedBy(engines_, workbench().usableCores()), measured);
    refresh();
}

void LivePage::resume()
{
    if (!open_) return;
    const Plan plan = open_->plan;
    emit planContinued(plan);
    runs().start(plan, true);
}

void LivePage::rerunFailed()
{
    const auto plan = shownPlan();
    if (!plan) return;
    emit planContinued(*plan);
    runs().start(*plan, true, true);
}

void LivePage::runUntilDecided()
{
    auto plan = shownPlan();
    if (!plan) return;
    plan->untilDecided = true;
    // A budget that is spent would end it again before the first run.
    if (const PlanProgress* shown = scene().plan; shown && shown->leftOut) plan->budget.reset();
    emit planContinued(*plan);
    runs().start(*plan, true);
}

void LivePage::takeRecords()
{
    engines_ = workbench().catalogue();
    view_->recordsChanged();
    refreshStored();
    if (workbench().isFollowed()) follow();
    if (!runs().isRunning()) lookForOpenPlan(); // what is left of it may have changed
}

void LivePage::refreshStored()
{
    stored_->setTable(storedRuns(workbench().records(), workbench().catalogue()));
    chooser_->setVisible(!stored_->table().rows.empty());
}

void LivePage::applyTheme()
{
    view_->setTheme(chartTheme(palette()));
}

} // namespace spillway
