#include "ui/live/live_charts_panel.h"

#include "charts/live_charts.h"
#include "charts/time_navigator.h"
#include "ui/live/live_band.h"
#include "ui/live/live_series.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"

#include <QLabel>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr int lowestMemory = 140;
constexpr int lowestChart = 96;
constexpr int narrowestChart = 140;
constexpr int hintTop = 26; // under the legend
constexpr int hintRight = 10;
constexpr Seconds quietTime(2); ///< by then an engine that reports anything has done so

/// What stands where a curve will be.
QString waitingText(const WatchedRun& run)
{
    if (run.endedAt) return LiveChartsPanel::tr("The run recorded no data");
    const bool before = run.state == RunState::Starting || run.state == RunState::SettingUp ||
                        run.state == RunState::PreparingCache;
    return before ? phaseText(run) : LiveChartsPanel::tr("No data yet");
}

void showRate(RateChartView& view, const QList<QPointF>& points, const QString& instead)
{
    if (points.isEmpty())
        view.clear(instead);
    else
        view.setPoints(points);
}

} // namespace

LiveChartsPanel::LiveChartsPanel(TimeNavigator& time, QWidget* parent)
    : QWidget(parent),
      time_(time),
      note_(new QLabel),
      hint_(new QLabel),
      memory_(new MemoryChartView),
      spill_(new RateChartView(tr("Spilled to disk"), tr("MB"))),
      megabytes_(new RateChartView(tr("Throughput"), tr("MB/s read"))),
      rows_(new RateChartView(tr("Throughput"), tr("million rows/s"))),
      own_(new RateChartView({}, {}, RateChartView::AtEnd::Last)),
      cpu_(new RateChartView(tr("CPU"), tr("cores busy")))
{
    setRole(note_, "muted");
    note_->setTextFormat(Qt::PlainText);
    memory_->setToolTip(tr("Memory of all the run's processes; shared pages count once"));
    spill_->setToolTip(tr("What the engine has spilled to disk so far"));
    cpu_->setToolTip(tr("CPU time of all processes of the run, per second"));
    memory_->setMinimumHeight(lowestMemory);
    for (RateChartView* view : {spill_, megabytes_, rows_, own_, cpu_})
        view->setMinimumSize(narrowestChart, lowestChart);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* rates = new QHBoxLayout;
    rates->setSpacing(10);
    rates->addWidget(megabytes_, 1);
    rates->addWidget(rows_, 1);
    rates->addWidget(own_, 1);
    rates->addWidget(cpu_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(note_);
    layout->addWidget(memory_, 5);
    layout->addWidget(spill_, 3);
    layout->addLayout(rates, 3);
    setNote({});
    rows_->hide();
    own_->hide();
    spill_->hide();
    for (LiveChartView* view : charts())
        time_.add(view, view->viewport(), [view] { return view->plotArea(); });
    connect(&time_, &TimeNavigator::changed, this, &LiveChartsPanel::moveTime);
    makeHint();
}

QList<LiveChartView*> LiveChartsPanel::charts() const
{
    return {memory_, spill_, megabytes_, rows_, own_, cpu_};
}

/// Over the top chart, so that nothing moves when it appears.
void LiveChartsPanel::makeHint()
{
    setRole(hint_, "pill");
    hint_->setAttribute(Qt::WA_TransparentForMouseEvents);
    hint_->setObjectName(QStringLiteral("paused"));
    hint_->hide();
    auto* over = new QVBoxLayout(memory_->viewport());
    over->setContentsMargins(0, hintTop, hintRight, 0);
    over->addWidget(hint_, 0, Qt::AlignTop | Qt::AlignRight);
}

void LiveChartsPanel::applyTime()
{
    const TimeWindow& window = time_.window();
    for (LiveChartView* view : charts())
        view->setTime({window.begin(), window.end(), ended_, go_, done_});
    hint_->setText(ended_ ? tr("Part of the run · double-click for all of it")
                          : tr("Paused · double-click to follow"));
    hint_->setVisible(!window.follows());
}

void LiveChartsPanel::moveTime()
{
    applyTime();
    for (LiveChartView* view : charts())
        view->redraw();
}

QString LiveChartsPanel::hint() const
{
    return hint_->isHidden() ? QString() : hint_->text();
}

void LiveChartsPanel::showMessage(const QString& message)
{
    memory_->clear(message);
    for (RateChartView* view : {spill_, megabytes_, rows_, own_, cpu_})
        view->clear(message);
    spill_->hide();
    rows_->hide();
    own_->hide();
    megabytes_->show();
}

void LiveChartsPanel::show(const WatchedRun& run)
{
    ended_ = run.endedAt.has_value();
    const auto since = [&](const std::optional<Seconds>& t) {
        return t ? std::optional((*t - run.startedAt).count()) : std::nullopt;
    };
    go_ = since(run.goAt);
    done_ = since(run.doneAt);
    applyTime();
    if (run.samples.empty())
        memory_->clear(waitingText(run));
    else
        memory_->setSamples(run.samples, run.startedAt,
                            {.limit = run.run.cell.memoryLimit,
                             .thresholds = run.memoryThresholds,
                             .managed = managedOf(run),
                             .beside = beside_.memory,
                             .besideName = beside_.name});
    const auto spilled = spillOf(run);
    spill_->setVisible(!spilled.isEmpty());
    if (!spilled.isEmpty()) spill_->setPoints(spilled);
    showThroughput(run);
    showOwnCurve(run);
    showRate(*cpu_, cpuOf(run), waitingText(run));
}

void LiveChartsPanel::setBeside(const WatchedRun* run)
{
    beside_ = {};
    if (run) {
        beside_.name = cellText(run->run);
        for (const Sample& sample : run->samples)
            beside_.memory.append(
                {(sample.t - run->startedAt).count(), static_cast<double>(sample.total())});
        beside_.spill = spillOf(*run);
        const Throughput throughput = throughputOf(*run);
        if (throughput.unit == ThroughputUnit::Megabytes) beside_.megabytes = throughput.points;
        if (throughput.unit == ThroughputUnit::MillionRows) beside_.rows = throughput.points;
        beside_.own = ownCurveOf(*run);
        beside_.cpu = cpuOf(*run);
    }
    spill_->setBeside(beside_.spill);
    megabytes_->setBeside(beside_.megabytes);
    rows_->setBeside(beside_.rows);
    cpu_->setBeside(beside_.cpu);
}

void LiveChartsPanel::showThroughput(const WatchedRun& run)
{
    const Throughput throughput = throughputOf(run);
    const bool inRows = throughput.unit == ThroughputUnit::MillionRows;
    RateChartView* view = inRows ? rows_ : megabytes_;
    // An engine that reports nothing has no chart once it could have: not an empty one.
    const bool silent =
        throughput.unit == ThroughputUnit::None &&
        (!run.series.empty() || run.endedAt || (run.goAt && endOf(run) - *run.goAt > quietTime));
    megabytes_->setVisible(!inRows && !silent);
    rows_->setVisible(inRows);
    if (!silent) showRate(*view, throughput.points, waitingText(run));
}

void LiveChartsPanel::showOwnCurve(const WatchedRun& run)
{
    const OwnCurve curve = ownCurveOf(run);
    own_->setVisible(!curve.points.isEmpty());
    if (curve.points.isEmpty()) return;
    own_->setTitle(curve.name);
    own_->setBeside(beside_.own.name == curve.name ? beside_.own.points : QList<QPointF>());
    own_->setPoints(curve.points);
}

void LiveChartsPanel::setTheme(const ChartTheme& theme)
{
    memory_->setTheme(theme);
    for (RateChartView* view : {spill_, megabytes_, rows_, own_, cpu_})
        view->setTheme(theme);
}

void LiveChartsPanel::setNote(const QString& note)
{
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
}

bool LiveChartsPanel::showsSpill() const
{
    return !spill_->isHidden();
}

} // namespace spillway
