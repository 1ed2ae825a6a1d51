#include "host/supervisor.h"

#include "host/live_run.h"

#include <utility>

namespace spillway {

Supervisor::Supervisor(SupervisorOptions options) : options_(std::move(options)) {}

RunOutcome Supervisor::run(const Launch& launch, RunObserver& observer, std::stop_token stop)
{
    return LiveRun(options_, launch, observer, std::move(stop)).execute();
}

} // namespace spillway
