#pragma once

#include "experiment/runner.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

struct CounterReading {
    Seconds t{};
    CountersEvent counters;
};

struct LogLine {
    Seconds t{};
    std::string level;
    std::string message;
};

/// What is known of the current or last run: what the Live page draws. watchedRunOf() turns a
/// stored run into the same value, so that a replay uses the same page.
struct WatchedRun {
    static constexpr std::size_t maxTasks = 20000;
    static constexpr std::size_t maxLog = 2000;
    static constexpr std::size_t maxCounters = 20000; ///< thinned beyond, as tasks are
    static constexpr std::size_t maxPoints = 20000;   ///< of a series; thinned beyond

    PlannedRun run;
    std::size_t position = 0; ///< in the plan
    RunState state = RunState::Starting;
    std::string engineVersion;
    std::string phase; ///< the innermost open phase, empty between phases
    std::optional<ProgressEvent> progress;
    std::vector<double> memoryThresholds; ///< shares of the limit, as the engine reported them
    std::vector<Sample> samples;
    std::vector<CounterReading> counters;
    std::vector<Series> series;  ///< by the engine, x in seconds since go; in order of appearance
    std::vector<TaskSpan> tasks; ///< every second one is dropped whenever maxTasks is passed
    int taskStride = 1;          ///< one in so many tasks is kept
    std::vector<PhaseSpan>
        phases; ///< an open phase has end == begin; at most maxKeptPhases are kept
    std::vector<LogLine> log;
    Seconds startedAt{};           ///< CLOCK_MONOTONIC, start of the child: time 0 of the charts
    std::optional<Seconds> goAt;   ///< the timed part began
    std::optional<Seconds> doneAt; ///< and ended: its driver held the answer
    std::optional<Seconds> endedAt;

    void add(const Event& event);
    void add(const Sample& sample) { samples.push_back(sample); }
    void enter(RunState next, Seconds at);
};

/// How long `run` took, or has taken so far; 0 without a run.
Seconds elapsedOf(const WatchedRun* run, Seconds now);
/// A stored run as a live one.
WatchedRun watchedRunOf(const RunRecord& record, const RunTrace& trace);

/// A dataset that a plan reads outside of any run.
struct DatasetReading {
    std::string name;
    DatasetStep step = DatasetStep::Fingerprint;
    Bytes done = 0;
    Bytes total = 0;
};

/// The plan in progress, or the last one: the race and the queue of the live page.
struct PlanProgress {
    std::vector<std::string> datasets; ///< names, by PlannedRun::dataset
    std::vector<PlannedRun> runs;
    std::vector<std::optional<RunStatus>> statuses; ///< by position; nothing: not finished
    /// By position, of the finished runs: from its start until it is stored, with all checks.
    std::vector<double> wallSeconds;
    std::map<CellKey, Seconds> earlier; ///< how long runs of the session's earlier plans took
    std::optional<std::size_t> current;
    std::optional<DatasetReading> reading;
    Seconds startedAt{};            ///< CLOCK_MONOTONIC
    std::optional<Seconds> endsBy;  ///< on the same clock: end of its time budget
    bool stopped = false;           ///< by the user, before its end
    std::optional<LeftOut> leftOut; ///< what the budget left out, which `runs` does not hold

    /// Runs that are started, without those that are refused: what every count is of.
    std::size_t total() const;
    /// Of those.
    std::size_t ended() const;
    /// Takes one that has not begun out of the plan.
    void remove(std::size_t position);
};

} // namespace spillway
