#include "ui/live/live_view.h"

#include "charts/time_navigator.h"
#include "ui/live/live_charts_panel.h"
#include "ui/live/live_details.h"
#include "ui/live/live_series.h"
#include "ui/live/run_grid_model.h"
#include "ui/live/run_grid_view.h"
#include "ui/live/run_queue_model.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"
#include "work/text.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr std::chrono::milliseconds clockInterval(250);
constexpr int planWidth = 300;
constexpr int planMargin = 16;

QTableView* makeQueue(RunQueueModel* model)
{
    auto* view = new QTableView;
    view->setModel(model);
    view->setAccessibleName(LiveView::tr("What runs next"));
    view->setShowGrid(false);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setTabKeyNavigation(false);
    view->setWordWrap(false);
    view->horizontalHeader()->hide();
    view->horizontalHeader()->setSectionResizeMode(RunQueueModel::Run, QHeaderView::Stretch);
    view->horizontalHeader()->setSectionResizeMode(RunQueueModel::StartsIn,
                                                   QHeaderView::ResizeToContents);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(24);
    return view;
}

} // namespace

LiveView::LiveView(SceneSource scene, QWidget* parent)
    : QWidget(parent),
      scene_(std::move(scene)),
      time_(new TimeNavigator(this)),
      band_(new LiveBand),
      charts_(new LiveChartsPanel(*time_)),
      details_(new LiveDetails(*time_)),
      grid_(new RunGridModel(this)),
      queue_(new RunQueueModel(this)),
      queueTitle_(new QLabel),
      planColumn_(makePlanColumn()),
      columns_(
          new RememberedSplitter(QStringLiteral("live-plan"), Qt::Horizontal, {800, planWidth})),
      limiter_(new RedrawLimiter(this))
{
    auto* scrolled = new QScrollArea; // a small window with a spill lane
    scrolled->setWidget(charts_);
    scrolled->setWidgetResizable(true);
    scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scrolled->setAccessibleName(tr("Charts of the run"));
    auto* left = new RememberedSplitter(QStringLiteral("live-details"), Qt::Vertical, {360, 200});
    left->addWidget(scrolled);
    left->addWidget(details_);
    left->setStretchFactor(0, 3);
    left->setStretchFactor(1, 2);
    left->reset();
    columns_->addWidget(left);
    columns_->addWidget(planColumn_);
    columns_->setStretchFactor(0, 1);
    columns_->setStretchFactor(1, 0);
    columns_->reset();
    columns_->setContentsMargins(12, 8, 12, 10);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(band_);
    layout->addWidget(columns_, 1);
    connectParts();
}

QWidget* LiveView::makePlanColumn()
{
    auto* column = new QWidget;
    auto* grid = new RunGridView(grid_);
    gridView_ = grid;
    connect(grid, &RunGridView::runActivated, this, &LiveView::replayRequested);
    connect(grid, &RunGridView::resized, this, &LiveView::fitPlanColumn);
    auto* title = new QLabel(tr("Engine × workers, median so far"));
    setRole(title, "heading");
    setRole(queueTitle_, "heading");
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(8, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(title);
    layout->addWidget(grid, 3);
    layout->addWidget(queueTitle_);
    layout->addWidget(makeQueue(queue_), 2);
    layout->addStretch(0);
    column->setMinimumWidth(240);
    return column;
}

void LiveView::fitPlanColumn()
{
    if (columns_->isUserSized()) return;
    const int wanted = std::clamp(gridView_->sizeHint().width() + planMargin, planWidth,
                                  std::max(planWidth, width() * 2 / 5));
    columns_->setSizes({width() - wanted, wanted});
}

void LiveView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitPlanColumn();
}

void LiveView::connectParts()
{
    connect(columns_, &RememberedSplitter::wasReset, this, &LiveView::fitPlanColumn);
    connect(limiter_, &RedrawLimiter::redraw, this, &LiveView::redraw);
    connect(time_, &TimeNavigator::changed, this, [this] {
        if (time_->window().follows()) request(); // a run that was held may give way
    });
    connect(details_, &LiveDetails::refreshNeeded, this, &LiveView::request);
    connect(band_, &LiveBand::stopRunRequested, this, &LiveView::stopRunRequested);
    connect(band_, &LiveBand::stopPlanRequested, this, &LiveView::stopPlanRequested);
    connect(band_, &LiveBand::compareRequested, this, &LiveView::compareRequested);
    clock_.setInterval(clockInterval);
    connect(&clock_, &QTimer::timeout, this, [this] {
        if (isVisible()) refreshBand();
    });
}

Seconds LiveView::elapsedOf(const LiveScene& scene)
{
    return scene.replay ? Seconds(0) : spillway::elapsedOf(scene.run, monotonicNow());
}

const WatchedRun& LiveView::drawnOf(const LiveScene& scene) const
{
    if (scene.replay || !kept_) return *scene.run;
    return holdsKept() || (!hasCurve(*scene.run) && !scene.ending) ? *kept_ : *scene.run;
}

bool LiveView::holdsKept() const
{
    return kept_ && !time_->window().follows() && drawnSince_ == kept_->startedAt;
}

void LiveView::keep(const WatchedRun& run)
{
    if (holdsKept()) return;
    if (hasCurve(run) || !kept_) kept_ = run;
}

void LiveView::forget()
{
    kept_.reset();
    time_->follow();
}

QString LiveView::noteOn(const WatchedRun& drawn, const LiveScene& scene) const
{
    if (drawn.startedAt == scene.run->startedAt) return {};
    return holdsKept()
               ? tr("Paused on %1. Another run is in progress.").arg(cellText(drawn.run))
               : tr("Still showing %1: the next run has no data yet.").arg(cellText(drawn.run));
}

void LiveView::refreshBand()
{
    const LiveScene scene = scene_();
    const bool ticks = scene.running && scene.run;
    if (ticks != clock_.isActive()) ticks ? clock_.start() : clock_.stop();
    band_->setRunning(scene.running, scene.stopping);
    BandContent content;
    if (scene.running && !scene.replay && scene.plan && scene.plan->reading)
        content = bandContent(*scene.plan->reading);
    else if (scene.run)
        content = bandContent(*scene.run, scene.ending, monotonicNow());
    else if (scene.running)
        content.title = tr("Preparing…");
    if (scene.plan) {
        auto next = forecast(*scene.plan, elapsedOf(scene));
        next.left = leftUntilEnd(*scene.plan, next, monotonicNow());
        content.plan = planText(*scene.plan, next, scene.running);
    }
    band_->show(content);
}

void LiveView::redraw()
{
    const LiveScene scene = scene_();
    refreshBand();
    scene.run ? drawRun(scene) : drawNothing(scene);
    drawPlan(scene);
}

void LiveView::drawRun(const LiveScene& scene)
{
    const WatchedRun& drawn = drawnOf(scene);
    if (drawn.startedAt != drawnSince_) {
        drawnSince_ = drawn.startedAt;
        time_->follow();
    }
    time_->setLast((endOf(drawn) - drawn.startedAt).count());
    charts_->setNote(noteOn(drawn, scene));
    charts_->show(drawn);
    details_->show(drawn, *scene.run);
}

void LiveView::drawNothing(const LiveScene& scene)
{
    drawnSince_ = Seconds(-1);
    charts_->setNote({});
    charts_->showMessage(scene.running ? tr("Preparing…") : tr("Nothing is running"));
    details_->clear();
}

void LiveView::drawPlan(const LiveScene& scene)
{
    const bool known = scene.plan && !scene.plan->runs.empty() && scene.records;
    planColumn_->setVisible(known);
    if (!known) return;
    grid_->setPlan(*scene.plan, *scene.records);
    const PlanForecast next = forecast(*scene.plan, elapsedOf(scene));
    queue_->setQueue(*scene.plan, next);
    queueTitle_->setText(
        next.queue.empty()
            ? tr("Nothing is queued")
            : tr("Next: %1").arg(runsText(static_cast<std::int64_t>(next.queue.size()))));
}

void LiveView::setTheme(const ChartTheme& theme)
{
    charts_->setTheme(theme);
    details_->setTheme(theme);
}

} // namespace spillway
