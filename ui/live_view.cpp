#include "ui/live_view.h"

#include "ui/cell_text.h"
#include "ui/live_charts_panel.h"
#include "ui/live_details.h"
#include "ui/live_series.h"
#include "ui/run_grid_model.h"
#include "ui/run_grid_view.h"
#include "ui/run_queue_model.h"
#include "ui/text.h"
#include "ui/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
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
      band_(new LiveBand),
      charts_(new LiveChartsPanel),
      details_(new LiveDetails),
      grid_(new RunGridModel(this)),
      queue_(new RunQueueModel(this)),
      queueTitle_(new QLabel),
      planColumn_(makePlanColumn()),
      columns_(new QSplitter),
      limiter_(new RedrawLimiter(this))
{
    auto* scrolled = new QScrollArea; // a small window with a spill lane
    scrolled->setWidget(charts_);
    scrolled->setWidgetResizable(true);
    scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scrolled->setAccessibleName(tr("Charts of the run"));
    auto* left = new QSplitter(Qt::Vertical);
    left->addWidget(scrolled);
    left->addWidget(details_);
    left->setStretchFactor(0, 3);
    left->setStretchFactor(1, 2);
    left->setChildrenCollapsible(false);
    for (QSplitter* splitter : {left, columns_}) {
        splitter->setHandleWidth(7);
        splitter->setStyleSheet(QStringLiteral("QSplitter::handle { background: transparent; }"));
    }
    columns_->addWidget(left);
    columns_->addWidget(planColumn_);
    columns_->setStretchFactor(0, 1);
    columns_->setStretchFactor(1, 0);
    columns_->setSizes({800, planWidth});
    columns_->setChildrenCollapsible(false);
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
    if (userSized_) return;
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
    connect(columns_, &QSplitter::splitterMoved, this, [this] { userSized_ = true; });
    connect(limiter_, &RedrawLimiter::redraw, this, &LiveView::redraw);
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
    if (!scene.run || scene.replay) return Seconds(0);
    return scene.run->endedAt.value_or(monotonicNow()) - scene.run->startedAt;
}

const WatchedRun& LiveView::drawnOf(const LiveScene& scene) const
{
    const bool keepsOld = !scene.replay && kept_ && !hasCurve(*scene.run) && !scene.ending;
    return keepsOld ? *kept_ : *scene.run;
}

void LiveView::keep(const WatchedRun& run)
{
    if (hasCurve(run) || !kept_) kept_ = run;
}

void LiveView::refreshBand()
{
    const LiveScene scene = scene_();
    const bool ticks = scene.running && scene.run;
    if (ticks != clock_.isActive()) ticks ? clock_.start() : clock_.stop();
    band_->setRunning(scene.running, scene.stopping);
    BandContent content;
    if (scene.run) content = bandContent(*scene.run, scene.ending, monotonicNow());
    if (scene.plan)
        content.plan =
            planText(*scene.plan, forecast(*scene.plan, elapsedOf(scene)), scene.running);
    band_->show(content);
}

void LiveView::redraw()
{
    const LiveScene scene = scene_();
    refreshBand();
    if (scene.run) drawRun(scene);
    drawPlan(scene);
}

void LiveView::drawRun(const LiveScene& scene)
{
    const WatchedRun& drawn = drawnOf(scene);
    charts_->setNote(
        &drawn == scene.run
            ? QString()
            : tr("Still on show: %1. The next run has no curve yet.").arg(cellText(drawn.run)));
    charts_->show(drawn);
    details_->show(drawn, *scene.run);
}

void LiveView::drawPlan(const LiveScene& scene)
{
    const bool known = scene.plan && !scene.plan->runs.empty() && scene.records;
    planColumn_->setVisible(known);
    if (!known) return;
    grid_->setPlan(*scene.plan, *scene.records);
    const PlanForecast next = forecast(*scene.plan, elapsedOf(scene));
    queue_->setQueue(*scene.plan, next);
    queueTitle_->setText(next.queue.empty()       ? tr("Nothing is queued")
                         : next.queue.size() == 1 ? tr("Next: 1 run")
                                                  : tr("Next: %1 runs").arg(next.queue.size()));
}

void LiveView::setTheme(const ChartTheme& theme)
{
    charts_->setTheme(theme);
    details_->setTheme(theme);
}

} // namespace spillway
