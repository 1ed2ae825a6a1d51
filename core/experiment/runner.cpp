#include "experiment/runner.h"

#include "experiment/plan_run.h"
#include "session/measuring_lock.h"

#include <utility>

namespace spillway {

struct Runner::Private {
    const EngineRegistry& registry;
    SessionStore& store;
    RunnerOptions options;
    CurrentRun current;
};

Runner::Runner(const EngineRegistry& registry, SessionStore& store, RunnerOptions options)
    : d_(new Private{registry, store, std::move(options), {}})
{
}

Result<PlanOutcome> Runner::run(const Plan& plan, PlanObserver& observer, std::stop_token stop)
{
    const auto lock = MeasuringLock::take(d_->store.path());
    if (!lock) return lock.error();
    const PlanContext context{d_->registry, d_->store, d_->options, observer, d_->current};
    return PlanRun(context, plan, std::move(stop)).execute();
}

void Runner::stopCurrentRun()
{
    d_->current.stop();
}

} // namespace spillway
