#pragma once

#include "experiment/job_plan.h"
#include "host/warm_tools.h"
#include "work/background_job.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <string>

namespace spillway {

/// Has the planner read the jobs of the plan that the form describes, off the GUI thread.
class JobReader : public QObject {
    Q_OBJECT
public:
    enum class State {
        Idle,    ///< no workload of the plan has a job
        Reading, ///< changed() follows
        Read,
        Refused ///< error() says why
    };
    explicit JobReader(std::shared_ptr<WarmTools> warm, QObject* parent = nullptr);

    /// Begins to read, once nothing else is asked for a moment, when the plan has other jobs, data
    /// or engines than the last one, whose reading is dropped.
    State ask(const Plan& plan, std::shared_ptr<const EngineRegistry> registry);
    /// While a plan runs nothing stays that would disturb it.
    void rest(bool resting) { resting_ = resting; }
    const JobPlans& jobs() const { return jobs_; }
    /// The plan's workloads in their canonical form.
    const std::vector<Workload>& workloads() const { return workloads_; }
    const Error& error() const { return *error_; }

signals:
    void changed();

private:
    void read();

    std::shared_ptr<WarmTools> warm_;
    bool resting_ = false;
    std::string question_;
    Plan asked_;
    std::shared_ptr<const EngineRegistry> registry_;
    QTimer pause_; ///< until one has stopped typing
    State state_ = State::Idle;
    JobPlans jobs_;
    std::vector<Workload> workloads_;
    std::optional<Error> error_;
    QPointer<BackgroundJob> current_;
    BackgroundJobs background_; ///< joined before the members that its callbacks use
};

} // namespace spillway
