#pragma once

#include <QString>

namespace spillway {

class RunController;
class Workbench;

/// Why no plan can be started now, in whole sentences and the same everywhere; empty: nothing
/// speaks against it. What is wrong with a plan itself is no part of it.
QString startObstacle(Workbench& workbench, const RunController& runs);

} // namespace spillway
