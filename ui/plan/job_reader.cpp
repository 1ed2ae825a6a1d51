#include "ui/plan/job_reader.h"

#include "base/json.h"
#include "experiment/job_preview.h"
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

/// Milliseconds without another question: less than between two letters of a word that is typed.
constexpr int pauseOfTyping = 150;

} // namespace

JobReader::JobReader(std::shared_ptr<WarmTools> warm, QObject* parent)
    : QObject(parent), warm_(std::move(warm))
{
    pause_.setSingleShot(true);
    pause_.setInterval(pauseOfTyping);
    connect(&pause_, &QTimer::timeout, this, &JobReader::read);
}

JobReader::State JobReader::ask(const Plan& plan, std::shared_ptr<const EngineRegistry> registry)
{
    const auto isPlanned = [](const Workload& workload) { return typeOf(workload).planned; };
    if (std::ranges::none_of(plan.workloads, isPlanned)) {
        pause_.stop();
        question_.clear();
        jobs_ = {};
        workloads_ = plan.workloads;
        return state_ = State::Idle;
    }
    Plan asked = withoutMeasuring(plan);
    auto question = toLine(toJson(asked));
    // Other environments may know more.
    if (question == question_ && registry == registry_) return state_;
    question_ = std::move(question);
    if (current_) current_->abandon();
    asked_ = std::move(asked);
    registry_ = std::move(registry);
    pause_.start();
    return state_ = State::Reading;
}

void JobReader::read()
{
    current_ = background_.start(
        this,
        [asked = asked_, registry = registry_,
         warm = resting_ ? nullptr : warm_](JobControl& control) mutable {
            for (const Workload& workload : asked.workloads)
                if (warm && typeOf(workload).planned) prepareTools(*registry, workload, *warm);
            auto jobs = JobPlans::make(asked, *registry, control.stop(), warm.get());
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
}

} // namespace spillway
