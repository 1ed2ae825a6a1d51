#include "ui/live_charts_panel.h"

#include "charts/live_charts.h"
#include "ui/live_series.h"
#include "ui/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr int lowestMemory = 150;
constexpr int lowestChart = 110;

QString engineDoesNotTell()
{
    return LiveChartsPanel::tr("This engine does not tell what it has read");
}

} // namespace

LiveChartsPanel::LiveChartsPanel(QWidget* parent)
    : QWidget(parent),
      note_(new QLabel),
      memory_(new MemoryChartView),
      spill_(new RateChartView(tr("Spilled to disk"), tr("MB"))),
      megabytes_(new RateChartView(tr("Throughput"), tr("MB/s read"))),
      rows_(new RateChartView(tr("Throughput"), tr("million rows/s"))),
      cpu_(new RateChartView(tr("CPU"), tr("cores busy")))
{
    setRole(note_, "muted");
    note_->setTextFormat(Qt::PlainText);
    memory_->setToolTip(tr("Memory of all processes of the run; pages that they share count once"));
    spill_->setToolTip(tr("What the engine has written to disk for want of memory, so far"));
    cpu_->setToolTip(tr("CPU time of all processes of the run, per second"));
    memory_->setMinimumHeight(lowestMemory);
    for (RateChartView* view : {spill_, megabytes_, rows_, cpu_})
        view->setMinimumHeight(lowestChart);
    auto* rates = new QHBoxLayout;
    rates->setSpacing(10);
    rates->addWidget(megabytes_, 1);
    rates->addWidget(rows_, 1);
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
    spill_->hide();
}

void LiveChartsPanel::show(const WatchedRun& run)
{
    memory_->setSamples(run.samples, run.startedAt, run.run.cell.memoryLimit);
    const auto spilled = spillOf(run);
    spill_->setVisible(!spilled.isEmpty());
    if (!spilled.isEmpty()) spill_->setPoints(spilled);
    showThroughput(run);
    cpu_->setPoints(cpuOf(run));
}

void LiveChartsPanel::showThroughput(const WatchedRun& run)
{
    const Throughput throughput = throughputOf(run);
    const bool inRows = throughput.unit == ThroughputUnit::MillionRows;
    RateChartView* view = inRows ? rows_ : megabytes_;
    megabytes_->setVisible(!inRows);
    rows_->setVisible(inRows);
    const bool silent = throughput.unit == ThroughputUnit::None && run.endedAt.has_value();
    if (silent)
        view->clear(engineDoesNotTell());
    else
        view->setPoints(throughput.points);
}

void LiveChartsPanel::setTheme(const ChartTheme& theme)
{
    memory_->setTheme(theme);
    for (RateChartView* view : {spill_, megabytes_, rows_, cpu_})
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
