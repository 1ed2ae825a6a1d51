#pragma once

#include "experiment/job_preview.h"
#include "host/warm_tools.h"
#include "work/background_job.h"

#include <QObject>

#include <memory>
#include <optional>

namespace spillway {

/// Has the first rows of a job made, off the GUI thread.
class JobPreviewer : public QObject {
    Q_OBJECT
public:
    struct Outcome {
        Result<JobPreview> preview;
        Seconds took{};
    };
    explicit JobPreviewer(std::shared_ptr<WarmTools> warm, QObject* parent = nullptr);

    /// Drops what was asked before; ready() follows.
    void ask(const PlannedJob& job, const Dataset& dataset, std::optional<std::size_t> step,
             std::shared_ptr<const EngineRegistry> registry);
    /// Drops what was asked.
    void forget();

signals:
    void ready(const spillway::JobPreviewer::Outcome& outcome);

private:
    std::shared_ptr<WarmTools> warm_;
    QPointer<BackgroundJob> current_;
    BackgroundJobs background_; ///< joined before the members that its callbacks use
};

} // namespace spillway
