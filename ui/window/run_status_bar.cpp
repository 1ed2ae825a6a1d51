#include "ui/window/run_status_bar.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/cell_text.h"
#include "work/engine_setup.h"
#include "work/plan_forecast.h"
#include "work/run_controller.h"
#include "work/text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace spillway {
namespace {

constexpr std::chrono::seconds clockInterval(1); // what is left grows less while a run goes on

} // namespace

RunStatusBar::RunStatusBar(RunController& runs, const EngineSetup& setup, QWidget* parent)
    : QFrame(parent),
      runs_(runs),
      setup_(setup),
      cell_(new QLabel),
      progress_(new QProgressBar),
      eta_(new QLabel),
      stop_(new QPushButton(tr("Stop")))
{
    setRole(this, "footer");
    setFixedHeight(32);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 0, 8, 0);
    layout->setSpacing(12);
    progress_->setTextVisible(false);
    progress_->setFixedWidth(180);
    progress_->setAccessibleName(tr("Progress of the plan"));
    cell_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setRole(eta_, "muted");
    setRole(stop_, "quiet");
    stop_->setObjectName(QStringLiteral("stopPlan"));
    stop_->setIcon(lineIcon(QStringLiteral("stop"), IconTint::Danger));
    stop_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Period));
    stop_->setToolTip(tr("Stop the plan; what has finished is kept (Ctrl+.)"));
    stop_->setAccessibleName(tr("Stop the plan"));
    layout->addWidget(cell_, 1);
    layout->addWidget(progress_);
    layout->addWidget(eta_);
    layout->addWidget(stop_);
    connect(stop_, &QPushButton::clicked, &runs_, &RunController::stopPlan);
    connect(&runs_, &RunController::runningChanged, this, &RunStatusBar::refresh);
    connect(&runs_, &RunController::planStarted, this, &RunStatusBar::refresh);
    connect(&runs_, &RunController::runStarted, this, &RunStatusBar::refresh);
    connect(&runs_, &RunController::runEnded, this, &RunStatusBar::refresh);
    connect(&setup_, &EngineSetup::busyChanged, this, &RunStatusBar::refresh);
    clock_.setInterval(clockInterval);
    connect(&clock_, &QTimer::timeout, this, &RunStatusBar::refresh);
    refresh();
}

void RunStatusBar::refresh()
{
    const bool running = runs_.isRunning();
    if (running != clock_.isActive()) running ? clock_.start() : clock_.stop();
    progress_->setVisible(running);
    eta_->setVisible(running);
    stop_->setVisible(running);
    stop_->setEnabled(!runs_.isStopping());
    setRole(cell_, running ? "" : "muted");
    if (running)
        showRunning();
    else
        cell_->setText(idleText());
}

QString RunStatusBar::idleText() const
{
    const QString engine = setup_.currentTitle();
    if (engine.isEmpty()) return tr("Nothing is running");
    return setup_.isRemoving() ? tr("Removing %1…").arg(engine) : tr("Setting up %1…").arg(engine);
}

void RunStatusBar::showRunning()
{
    const PlanProgress& plan = runs_.progress();
    const int total = static_cast<int>(plan.total());
    const int ended = static_cast<int>(plan.ended());
    progress_->setRange(0, total);
    progress_->setValue(ended);
    if (runs_.isStopping())
        cell_->setText(tr("Stopping…"));
    else if (plan.current && runs_.live())
        cell_->setText(cellText(runs_.live()->run));
    else
        cell_->setText(tr("Preparing…"));
    const Seconds now = monotonicNow();
    const auto left = leftUntilEnd(plan, forecast(plan, elapsedOf(runs_.live(), now)), now);
    eta_->setText(left ? tr("%1 of %2 · %3 left").arg(ended).arg(total).arg(aboutText(*left))
                       : tr("%1 of %2 · time not known yet").arg(ended).arg(total));
}

} // namespace spillway
