#include "ui/plan/job_reader.h"

#include "base/json.h"
#include "workloads/workload_type.h"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

/// What the planner's answer depends on.
Plan withoutMeasuring(const Plan& plan)
{
    Plan asked;
    asked.datasets = plan.datasets;
    asked.workloads = plan.workloads;
    asked.engines = plan.engines;
    asked.workers = plan.workers;
    asked.memoryLimit = plan.memoryLimit;
    return asked;
}

struct Reading {
    Result<JobPlans> jobs;
    std::vector<Workload> workloads;
};

} // namespace

JobReader::State JobReader::ask(const Plan& plan, std::shared_ptr<const EngineRegistry> registry)
{
    const auto isPlanned = [](const Workload& workload) { return typeOf(workload).planned; };
    if (std::ranges::none_of(plan.workloads, isPlanned)) {
        question_.clear();
        jobs_ = {};
        workloads_ = plan.workloads;
        return state_ = State::Idle;
    }
    Plan asked = withoutMeasuring(plan);
    auto question = toLine(toJson(asked));
    if (question == question_) return state_;
    question_ = std::move(question);
    if (current_) current_->abandon();
    state_ = State::Reading;
    current_ = background_.start(
        this,
        [asked = std::move(asked), registry = std::move(registry)](JobControl& control) mutable {
            auto jobs = JobPlans::make(asked, *registry, control.stop());
            return Reading{std::move(jobs), std::move(asked.workloads)};
        },
        [this, question = question_](Reading read) {
            if (question != question_) return; // another one was asked meanwhile
            state_ = read.jobs ? State::Read : State::Refused;
            if (read.jobs)
                jobs_ = std::move(*read.jobs);
            else
                error_ = read.jobs.error();
            workloads_ = std::move(read.workloads);
            emit changed();
        });
    return state_;
}

} // namespace spillway
