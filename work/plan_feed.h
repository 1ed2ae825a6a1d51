#pragma once

#include "base/mutex.h"
#include "experiment/runner.h"

#include <QString>

#include <cstddef>
#include <variant>
#include <vector>

namespace spillway {

/// Collects what a plan reports on the runner's thread until the GUI thread takes it.
class PlanFeed : public PlanObserver {
public:
    struct PlanBegan {
        std::vector<PlannedRun> runs;
        Seconds at{};
    };
    /// Runs that follow those of PlanBegan.
    struct RoundsAdded {
        std::vector<PlannedRun> runs;
    };
    /// Runs that the time budget takes away.
    struct LeftOutRuns {
        std::vector<std::size_t> positions;
    };
    struct RunBegan {
        PlannedRun run;
        std::size_t position = 0;
        Seconds at{};
    };
    struct StateEntered {
        RunState state;
        Seconds at{};
    };
    struct DatasetProgress {
        std::string name;
        DatasetStep step;
        Bytes done = 0;
        Bytes total = 0;
    };
    /// A note on a dataset; after PlanBegan.
    struct DatasetNote {
        QString note;
    };
    struct RunOver {
        RunRecord record;
        std::size_t position = 0;
        Seconds at{};
    };
    struct PlanOver {
        Result<PlanOutcome> outcome;
    };
    using Message = std::variant<PlanBegan, RoundsAdded, LeftOutRuns, DatasetProgress, DatasetNote,
                                 RunBegan, StateEntered, Event, Sample, RunOver, PlanOver>;

    void onPlan(const std::vector<PlannedRun>& runs) override;
    void onRoundsAdded(const std::vector<PlannedRun>& runs, int rounds) override;
    void onLeftOut(const std::vector<std::size_t>& positions) override;
    void onRunStarted(const PlannedRun& run, std::size_t position) override;
    void onDatasetProgress(const Dataset& dataset, DatasetStep step, Bytes done,
                           Bytes total) override;
    void onManifestRefuted(const Dataset& dataset) override;
    void onDatasetUnchecked(const Dataset& dataset, const Error& why) override;
    void onOracleFailed(const Dataset& dataset, const std::string& oracle,
                        const Error& why) override;
    void onState(RunState state) override;
    void onCacheProgress(Bytes done, Bytes total) override;
    void onEvent(const Event& event) override;
    void onSample(const Sample& sample) override;
    void onRunEnded(const RunRecord& record, std::size_t position) override;
    /// The last message of a plan.
    void close(Result<PlanOutcome> outcome);

    /// Everything since the last call, in order.
    std::vector<Message> take();

private:
    void push(Message message);

    Mutex mutex_;
    std::vector<Message> messages_ GUARDED_BY(mutex_);
    Seconds datasetSaid_{}; ///< used by the runner's thread only
};

} // namespace spillway
