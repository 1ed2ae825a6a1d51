#pragma once

#include "app/terminal.h"
#include "experiment/runner.h"

#include <set>
#include <string>
#include <vector>

namespace spillway {

/// Reports a plan on the terminal: the current run on stderr, finished runs as JSON lines on stdout
/// when requested.
class RunPrinter : public PlanObserver {
public:
    explicit RunPrinter(bool json);

    void onPlan(const std::vector<PlannedRun>& runs) override;
    void onRoundsAdded(const std::vector<PlannedRun>& runs, int rounds) override;
    void onLeftOut(const std::vector<std::size_t>& positions) override;
    void onDatasetProgress(const Dataset& dataset, DatasetStep step, Bytes done,
                           Bytes total) override;
    void onManifestRefuted(const Dataset& dataset) override;
    void onDatasetRead(const Dataset& dataset, const DatasetShape& shape) override;
    void onDatasetUnchecked(const Dataset& dataset, const Error& why) override;
    void onOracleFailed(const Dataset& dataset, const std::string& oracle,
                        const Error& why) override;
    void onRunStarted(const PlannedRun& run, std::size_t position) override;
    void onRunEnded(const RunRecord& record, std::size_t position) override;
    void onState(RunState state) override;
    void onCacheProgress(Bytes done, Bytes total) override;
    void onEvent(const Event& event) override;
    void onSample(const Sample& sample) override;
    void finish();

private:
    void refresh();
    void sayEnd(const RunRecord& record, std::size_t position);
    void sayWarnings(const RunRecord& record);

    bool json_;
    bool colour_;
    ProgressLine line_;
    std::size_t total_ = 0;
    bool severalLimits_ =
        false; ///< the plan's cells have several limits: each is named with its own
    std::string cell_;
    /// Already printed: warnings, each once per cell; remedies, and what kept runs from starting.
    std::set<std::string> said_;
    int unsaid_ = 0; ///< runs that something that was said kept from starting
    std::string phase_;
    std::string share_;
    Bytes memory_ = 0;
    Seconds begin_{};
    Seconds shown_{};
};

} // namespace spillway
