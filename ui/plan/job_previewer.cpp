#include "ui/plan/job_previewer.h"

#include <chrono>
#include <utility>

namespace spillway {

JobPreviewer::JobPreviewer(std::shared_ptr<WarmTools> warm, QObject* parent)
    : QObject(parent), warm_(std::move(warm))
{
}

void JobPreviewer::ask(const PlannedJob& job, const Dataset& dataset,
                       std::optional<std::size_t> step,
                       std::shared_ptr<const EngineRegistry> registry)
{
    forget();
    current_ = background_.start(
        this,
        [=, registry = std::move(registry), warm = warm_](JobControl& control) {
            const auto begin = std::chrono::steady_clock::now();
            auto preview = previewJob(*registry, job, dataset, step, control.stop(), warm.get());
            return Outcome{std::move(preview), std::chrono::steady_clock::now() - begin};
        },
        [this](const Outcome& outcome) { emit ready(outcome); });
}

void JobPreviewer::forget()
{
    if (current_) current_->abandon();
}

} // namespace spillway
