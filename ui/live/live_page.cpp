#include "ui/live/live_page.h"

#include "ui/live/live_view.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/table_model.h"
#include "work/cell_text.h"
#include "work/text.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int chooserWidth = 640;

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
        const PlannedRun run{.cell = record->cell,
                             .engineTitle = engines.of(record->cell.engine).title,
                             .workload = record->workload,
                             .repeat = record->repeat,
                             .warmup = record->warmup};
        table.rows.push_back({record->id, utf8(cellText(run)), record->datasetName,
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
    outer->addWidget(stack_, 1);
    notice_->installEventFilter(this);
    connectRuns();
    LivePage::applyTheme();
    refreshStored();
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
    connect(view_, &LiveView::stopRunRequested, &control, &RunController::stopRun);
    connect(view_, &LiveView::stopPlanRequested, &control, &RunController::stopPlan);
    connect(view_, &LiveView::compareRequested, this, &Page::comparePageRequested);
    connect(view_, &LiveView::replayRequested, this, &LivePage::replay);
    connect(&control, &RunController::planStarted, this, &LivePage::refresh);
    connect(&control, &RunController::datasetProgressed, view_, &LiveView::refreshBand);
    connect(&control, &RunController::runStarted, this, [this] {
        hasLive_ = true;
        ending_.reset();
        refresh();
    });
    connect(&control, &RunController::liveUpdated, view_, &LiveView::request);
    connect(&control, &RunController::runEnded, this, [this](const RunRecord& record) {
        if (runs().live()) view_->keep(*runs().live());
        ending_ = endingOf(record);
        view_->request();
    });
    connect(&control, &RunController::runningChanged, this, &LivePage::refresh);
    connect(&workbench(), &Workbench::recordsChanged, this, &LivePage::refreshStored);
    connect(&workbench(), &Workbench::sessionChanged, this, &LivePage::forgetLive);
}

LiveScene LivePage::scene() const
{
    LiveScene scene;
    const PlanProgress& plan = runs().progress();
    if (hasLive_ || runs().isRunning()) scene.plan = &plan;
    scene.records = &workbench().records();
    scene.running = runs().isRunning();
    scene.stopping = runs().isStopping();
    if (replay_) {
        scene.run = &replay_->run;
        scene.ending = replay_->ending;
        scene.replay = true;
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
    replay_ = Replay{record.id, watchedRunOf(record, trace), endingOf(record)};
    replay_->run.run.engineTitle = workbench().catalogue().of(record.cell.engine).title;
    if (record.error)
        replay_->run.log.push_back({*replay_->run.endedAt, "error", describe(*record.error)});
    notice_->show(NoticeBar::Kind::Info,
                  tr("Replay of run %1 · %2").arg(record.id).arg(cellText(replay_->run.run)));
    auto* back = notice_->addAction(tr("Back to live"));
    connect(back, &QPushButton::clicked, this, &LivePage::backToLive);
    refresh();
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
    notice_->clear();
    refresh();
}

void LivePage::forgetLive()
{
    if (runs().isRunning()) return; // the session was made for the plan that begins
    hasLive_ = false;
    ending_.reset();
    view_->forget();
    backToLive();
}

void LivePage::refresh()
{
    const bool anything = replay_ || hasLive_ || runs().isRunning();
    stack_->setCurrentIndex(anything ? 1 : 0);
    view_->refreshBand();
    view_->request();
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
