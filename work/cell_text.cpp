#include "work/cell_text.h"

#include "analysis/engine_catalogue.h"
#include "work/text.h"

#include <QCoreApplication>

namespace spillway {
namespace {

struct CellText {
    Q_DECLARE_TR_FUNCTIONS(spillway::CellText)
};

} // namespace

QString engineText(const PlannedRun& run)
{
    return text(engineTitle(run.cell.engine, run.engineTitle));
}

QString lineText(const PlannedRun& run)
{
    return text(
        lineName(engineTitle(run.cell.engine, run.engineTitle), run.cell.profile, run.cell.format));
}

QString cellText(const PlannedRun& run)
{
    const QString who = lineText(run);
    const QString workers = workersText(run.cell.workers);
    const QString repeat =
        run.warmup ? CellText::tr("warm-up") : CellText::tr("repeat %1").arg(run.repeat);
    return QStringLiteral("%1, %2, %3").arg(who, workers, repeat);
}

QString stateText(RunState state)
{
    switch (state) {
    case RunState::Starting:
        return CellText::tr("Starting");
    case RunState::SettingUp:
        return CellText::tr("Setting up");
    case RunState::PreparingCache:
        return CellText::tr("Reading the file into the cache");
    case RunState::Running:
        return CellText::tr("Running");
    case RunState::Finishing:
        return CellText::tr("Finishing");
    case RunState::Stopping:
        return CellText::tr("Stopping");
    case RunState::Ended:
        return CellText::tr("Ended");
    }
    return {};
}

QString statusText(RunStatus status)
{
    switch (status) {
    case RunStatus::Ok:
        return CellText::tr("done");
    case RunStatus::Failed:
        return CellText::tr("failed");
    case RunStatus::OutOfMemory:
        return CellText::tr("out of memory");
    case RunStatus::MemoryLimit:
        return CellText::tr("memory limit");
    case RunStatus::TimedOut:
        return CellText::tr("timed out");
    case RunStatus::Cancelled:
        return CellText::tr("stopped");
    case RunStatus::WrongResult:
        return CellText::tr("wrong result");
    case RunStatus::Unsupported:
        return CellText::tr("unsupported");
    case RunStatus::Skipped:
        return CellText::tr("skipped");
    }
    return {};
}

} // namespace spillway
