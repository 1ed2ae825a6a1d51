#include "ui/live/live_view.h"

#include "charts/time_navigator.h"
#include "ui/live/live_charts_panel.h"
#include "ui/live/live_details.h"
#include "ui/live/live_head.h"
#include "ui/live/live_series.h"
#include "ui/live/race_model.h"
#include "ui/live/race_view.h"
#include "ui/live/run_queue_model.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"
#include "work/text.h"

#include <QComboBox>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

constexpr std::chrono::milliseconds clockInterval(250);
constexpr int raceWidth = 620;
constexpr int runWidth = 500;

/// Cells that failed and can be run again.
int failedCells(const PlanProgress& plan)
{
    std::set<CellKey> failed;
    for (std::size_t i = 0; i < plan.runs.size(); ++i)
        if (plan.statuses[i] && isFailure(*plan.statuses[i])) failed.insert(plan.runs[i].cell);
    return static_cast<int>(failed.size());
}

} // namespace

LiveView::LiveView(SceneSource scene, QWidget* parent)
    : QWidget(parent),
      scene_(std::move(scene)),
      time_(new TimeNavigator(this)),
      band_(new LiveBand),
      charts_(new LiveChartsPanel(*time_)),
      details_(new LiveDetails(*time_)),
      head_(new LiveHead),
      race_(new RaceModel(this)),
      raceView_(new RaceView(race_)),
      races_(new QComboBox),
      queue_(new RunQueueModel(this)),
      raceColumn_(makeRaceColumn()),
      limiter_(new RedrawLimiter(this))
{
    details_->setQueue(queue_);
    auto* columns =
        new RememberedSplitter(QStringLiteral("live-race"), Qt::Horizontal, {raceWidth, runWidth});
    columns->addWidget(raceColumn_);
    columns->addWidget(makeRunColumn());
    columns->setStretchFactor(0, raceWidth);
    columns->setStretchFactor(1, runWidth);
    columns->reset();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(head_);
    layout->addWidget(columns, 1);
    connectParts();
}

QWidget* LiveView::makeRaceColumn()
{
    auto* column = new QWidget;
    races_->setAccessibleName(tr("Which race is shown"));
    races_->setObjectName(QStringLiteral("races"));
    races_->hide();
    connect(races_, &QComboBox::activated, this, [this](int index) {
        chosenRace_.reset();
        if (index > 0) chosenRace_ = shownRaces_[static_cast<std::size_t>(index) - 1].key;
        refreshBand();
    });
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(12, 8, 4, 10);
    layout->setSpacing(6);
    layout->addWidget(races_);
    layout->addWidget(raceView_, 1);
    column->setMinimumWidth(360);
    return column;
}

QWidget* LiveView::makeRunColumn()
{
    auto* scrolled = new QScrollArea; // a small window with a spill lane
    scrolled->setWidget(charts_);
    scrolled->setWidgetResizable(true);
    scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scrolled->setAccessibleName(tr("Charts of the run"));
    auto* parts = new RememberedSplitter(QStringLiteral("live-run"), Qt::Vertical, {350, 160});
    parts->addWidget(scrolled);
    parts->addWidget(details_);
    parts->setStretchFactor(0, 2);
    parts->setStretchFactor(1, 1);
    parts->reset();
    auto* column = new QWidget;
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(4, 4, 12, 10);
    layout->setSpacing(4);
    layout->addWidget(band_);
    layout->addWidget(parts, 1);
    column->setMinimumWidth(340);
    return column;
}

void LiveView::connectParts()
{
    connect(limiter_, &RedrawLimiter::redraw, this, &LiveView::redraw);
    connect(time_, &TimeNavigator::changed, this, [this] {
        if (time_->window().follows()) request(); // a run that was held may give way
    });
    connect(details_, &LiveDetails::refreshNeeded, this, &LiveView::request);
    connect(band_, &LiveBand::stopRunRequested, this, &LiveView::stopRunRequested);
    connect(band_, &LiveBand::stopPlanRequested, this, &LiveView::stopPlanRequested);
    connect(head_, &LiveHead::compareRequested, this, &LiveView::compareRequested);
    connect(head_, &LiveHead::resumeRequested, this, &LiveView::resumeRequested);
    connect(head_, &LiveHead::rerunFailedRequested, this, &LiveView::rerunFailedRequested);
    connect(head_, &LiveHead::untilDecidedRequested, this, &LiveView::untilDecidedRequested);
    connect(raceView_, &RaceView::runActivated, this, &LiveView::replayRequested);
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
    band_->show(content);
    const bool known = scene.plan && !scene.plan->runs.empty() && scene.records;
    raceColumn_->setVisible(known);
    head_->setVisible(known || scene.running);
    if (known) refreshRace(scene);
    refreshHead(scene);
}

void LiveView::recordsChanged()
{
    resultsStale_ = true;
    request();
}

void LiveView::refreshResults(const LiveScene& scene)
{
    if (!resultsStale_ && scene.records->size() == resultsOf_) return;
    engines_ = scene.engines ? *scene.engines : EngineCatalogue();
    engines_.include(*scene.records);
    styles_ = EngineStyles(engines_);
    comparisons_ = compare(*scene.records, scene.usableCores, {.engines = engines_});
    for (Comparison& comparison : comparisons_)
        comparison.ram = scene.ram;
    results_ = raceResults(comparisons_, *scene.records);
    resultsOf_ = scene.records->size();
    resultsStale_ = false;
}

std::optional<RaceKey> LiveView::shownRace(const PlanProgress& plan) const
{
    if (plan.runs.empty()) return std::nullopt;
    const bool has = chosenRace_ && std::ranges::any_of(shownRaces_, [this](const Race& race) {
                         return race.key == *chosenRace_;
                     });
    if (has) return chosenRace_;
    if (plan.current) return raceOf(plan.runs[*plan.current].cell);
    for (std::size_t i = plan.runs.size(); i-- > 0;) // the last one that ran
        if (plan.statuses[i] && !plan.runs[i].refusal) return raceOf(plan.runs[i].cell);
    return raceOf(plan.runs.back().cell);
}

void LiveView::fillRaces(const PlanProgress& plan)
{
    auto races = racesOf(plan);
    if (std::ranges::equal(races, shownRaces_, {}, &Race::key, &Race::key)) return;
    shownRaces_ = std::move(races);
    races_->clear();
    races_->addItem(tr("What runs now"));
    for (const Race& race : shownRaces_)
        races_->addItem(race.title);
    races_->setVisible(shownRaces_.size() > 1);
}

void LiveView::refreshRace(const LiveScene& scene)
{
    refreshResults(scene);
    fillRaces(*scene.plan);
    const auto race = shownRace(*scene.plan);
    if (!race) return;
    race_->setRows(raceRows(*scene.plan, *race, results_, engines_,
                            scene.replay ? nullptr : scene.run, monotonicNow()),
                   styles_);
    if (scene.plan->current && scene.plan->current != followed_) raceView_->follow();
    followed_ = scene.plan->current;
}

void LiveView::refreshHead(const LiveScene& scene)
{
    HeadContent content;
    content.running = scene.running || scene.followed;
    content.left = scene.left;
    content.obstacle = scene.obstacle;
    content.instead = scene.running || scene.followed ? tr("Preparing…") : tr("No runs yet");
    const auto race = scene.plan ? shownRace(*scene.plan) : std::nullopt;
    if (race && scene.records) {
        content.comparable = !comparisons_.empty();
        content.failed = failedCells(*scene.plan);
        content.instead = tr("Warm-up round");
        if (const Comparison* comparison = comparisonOf(*race, comparisons_)) {
            content.answer = answerOf(recommend(*comparison, {}));
            content.undecided = !content.answer->undecided.empty();
        }
        // A time budget that was spent on warm-ups has left everything undecided.
        if (!content.answer && scene.plan->leftOut) content.undecided = true;
        auto next = forecast(*scene.plan, elapsedOf(scene));
        next.left = leftUntilEnd(*scene.plan, next, monotonicNow());
        content.plan = planText(*scene.plan, next, scene.running || scene.followed);
        if (scene.plan->leftOut) content.leftOut = text(describe(*scene.plan->leftOut));
    }
    head_->show(content);
}

void LiveView::redraw()
{
    const LiveScene scene = scene_();
    refreshBand();
    scene.run ? drawRun(scene) : drawNothing(scene);
    drawQueue(scene);
}

void LiveView::drawRun(const LiveScene& scene)
{
    const WatchedRun& drawn = drawnOf(scene);
    if (drawn.startedAt != drawnSince_) {
        drawnSince_ = drawn.startedAt;
        time_->follow();
    }
    Seconds last = endOf(drawn) - drawn.startedAt;
    if (scene.length) last = std::max(last, *scene.length);
    if (scene.beside) last = std::max(last, endOf(*scene.beside) - scene.beside->startedAt);
    time_->setLast(last.count());
    charts_->setNote(noteOn(drawn, scene));
    charts_->setBeside(scene.beside);
    charts_->show(drawn);
    details_->show(drawn, *scene.run);
}

void LiveView::drawNothing(const LiveScene& scene)
{
    drawnSince_ = Seconds(-1);
    charts_->setNote({});
    charts_->showMessage(scene.running    ? tr("Preparing…")
                         : scene.followed ? tr("Shown once the run is stored: replay it then")
                                          : tr("Nothing is running"));
    details_->clear();
}

void LiveView::drawQueue(const LiveScene& scene)
{
    if (!scene.plan) return;
    const PlanForecast next = forecast(*scene.plan, elapsedOf(scene));
    queue_->setQueue(*scene.plan, next, scene.running || scene.followed);
    details_->setQueued(static_cast<std::int64_t>(next.queue.size()));
}

void LiveView::setTheme(const ChartTheme& theme)
{
    charts_->setTheme(theme);
    details_->setTheme(theme);
}

} // namespace spillway
