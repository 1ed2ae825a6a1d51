#include "ui/work/cell_text.h"

#include "charts/chart_style.h"
#include "ui/work/text.h"

#include <QCoreApplication>

namespace spillway {
namespace {

QString tr(const char* source)
{
    return QCoreApplication::translate("spillway::CellText", source);
}

} // namespace

QString cellText(const PlannedRun& run)
{
    const QString who = lineTitle(run.cell.engine, run.cell.profile);
    const QString workers = workersText(run.cell.workers);
    const QString repeat = run.warmup ? tr("warm-up") : tr("repeat %1").arg(run.repeat);
    return QStringLiteral("%1, %2, %3").arg(who, workers, repeat);
}

QString stateText(RunState state)
{
    switch (state) {
    case RunState::Starting:
        return tr("Starting");
    case RunState::SettingUp:
        return tr("Setting up");
    case RunState::PreparingCache:
        return tr("Reading the file into the cache");
    case RunState::Running:
        return tr("Running");
    case RunState::Finishing:
        return tr("Finishing");
    case RunState::Stopping:
        return tr("Stopping");
    case RunState::Ended:
        return tr("Ended");
    }
    return {};
}

QString statusText(RunStatus status)
{
    switch (status) {
    case RunStatus::Ok:
        return tr("done");
    case RunStatus::Failed:
        return tr("failed");
    case RunStatus::OutOfMemory:
        return tr("out of memory");
    case RunStatus::MemoryLimit:
        return tr("memory limit");
    case RunStatus::TimedOut:
        return tr("timed out");
    case RunStatus::Cancelled:
        return tr("stopped");
    case RunStatus::WrongResult:
        return tr("wrong result");
    case RunStatus::Unsupported:
        return tr("unsupported");
    case RunStatus::Skipped:
        return tr("skipped");
    }
    return {};
}

} // namespace spillway
