#include "work/obstacle.h"

#include "work/run_controller.h"
#include "work/workbench.h"

#include <QCoreApplication>

namespace spillway {
namespace {

struct Obstacle {
    Q_DECLARE_TR_FUNCTIONS(Obstacle)
};

} // namespace

QString startObstacle(Workbench& workbench, const RunController& runs)
{
    if (runs.isRunning()) return Obstacle::tr("A plan is running.");
    const QString settingUp = workbench.engineSetup().currentTitle();
    if (!settingUp.isEmpty())
        return Obstacle::tr("Wait until %1 is set up: the set-up would disturb the measurement.")
            .arg(settingUp);
    if (workbench.isFollowed())
        return Obstacle::tr("Another window or a terminal is measuring into this session.");
    if (workbench.isReadOnly())
        return Obstacle::tr("This session cannot be written. Save it under another name first.");
    return {};
}

} // namespace spillway
