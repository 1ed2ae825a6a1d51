#include "ui/live_page.h"

#include "charts/live_charts.h"
#include "ui/cell_text.h"
#include "ui/empty_state.h"
#include "ui/text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {

LivePage::LivePage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      stack_(new QStackedWidget),
      cell_(new QLabel),
      phase_(new QLabel),
      stop_(new QPushButton(tr("Stop run"))),
      memory_(new MemoryChartView),
      tasks_(new TaskStreamView)
{
    auto* idle =
        new EmptyState(QStringLiteral("live"), tr("Nothing is running"),
                       tr("Choose engines and worker counts, then start."), tr("Go to Plan"));
    connect(idle, &EmptyState::activated, this, &Page::planPageRequested);
    auto* run = new QWidget;
    auto* layout = new QVBoxLayout(run);
    auto* band = new QHBoxLayout;
    setRole(cell_, "heading");
    setRole(stop_, "danger");
    band->addWidget(cell_);
    band->addWidget(phase_, 1);
    band->addWidget(stop_);
    layout->addLayout(band);
    layout->addWidget(memory_, 2);
    layout->addWidget(tasks_, 1);
    stack_->addWidget(idle);
    stack_->addWidget(run);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(stack_);
    connect(stop_, &QPushButton::clicked, &runs, &RunController::stopRun);
    connect(&runs, &RunController::liveUpdated, this, &LivePage::show);
    connect(&runs, &RunController::runningChanged, this, &LivePage::refreshState);
    LivePage::applyTheme();
    refreshState();
}

void LivePage::replay(std::int64_t runId)
{
    const auto& records = workbench().records();
    const auto record = std::ranges::find(records, runId, &RunRecord::id);
    if (record == records.end()) return;
    workbench().loadTrace(runId, this, [this, found = *record](Result<RunTrace> trace) {
        if (trace) show(liveRunOf(found, *trace));
    });
}

void LivePage::applyTheme()
{
    memory_->setTheme(chartTheme(palette()));
    tasks_->setTheme(chartTheme(palette()));
}

void LivePage::show(const LiveRun& live)
{
    stack_->setCurrentIndex(1);
    cell_->setText(cellText(live.run));
    phase_->setText(live.phase.empty() ? stateText(live.state) : text(live.phase));
    memory_->setSamples(live.samples, live.startedAt, live.run.cell.memoryLimit);
    const Seconds end = live.samples.empty() ? live.startedAt : live.samples.back().t;
    tasks_->setTasks(live.tasks, live.run.cell.workers, live.startedAt, end);
}

void LivePage::refreshState()
{
    stop_->setEnabled(runs().isRunning());
}

} // namespace spillway
