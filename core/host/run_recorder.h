#pragma once

#include "host/supervisor.h"
#include "host/thinned.h"
#include "measure/machine.h"
#include "measure/page_cache.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// When an event arrived: it was written after `after`, when the host found the pipe empty, and
/// read at `at`.
struct Arrival {
    Seconds after{};
    Seconds at{};
};

/// Turns what happens in a run into its record and trace. Bounded in memory, however long the run
/// and however many events the engine sends. Not thread-safe.
class RunRecorder {
public:
    explicit RunRecorder(const Launch& launch);

    /// The moment before the guard is started.
    void started();
    void wentGo(Seconds at, const CacheOutcome& cache, Bytes driverResident);
    /// "cache-lost" where much less of the data is in the page cache than at go.
    void residentAtDone(double share);
    void driverResidentAtDone(Bytes bytes) { driverAtDone_ = bytes; }
    /// An impossible time stamp is replaced by the arrival time, and the run flagged "clock-skew",
    /// or "arrival-gap" if the host was not reading for so long that it cannot know the time. Tasks
    /// outside of the run are dropped, and the run flagged "tasks-cut".
    void take(Event& event, Arrival arrival);
    void take(const Sample& sample);
    /// The run's total usage, from a last reading after every process has ended; context switches
    /// come from the guard.
    void takeUsage(const Sample& sample, std::int64_t contextSwitches);
    void flag(std::string_view flag);
    /// Seconds of processor time of the load generator, which is no other program that disturbs.
    void tookLoad(double cpuSeconds) { loadCpu_ = cpuSeconds; }

    Seconds startedAt() const { return startedAt_; }
    const RunRecord& record() const { return record_; }
    /// Innermost phase that is open now; empty when there is none.
    std::string openPhase() const;
    /// Closes the record once every process is gone. Status, error and stderr are the caller's.
    RunOutcome finish(Bytes hwmSum);

private:
    static bool later(const Event&, const Event&) { return true; }
    static bool larger(const Sample& a, const Sample& b) { return b.total() > a.total(); }
    static bool first(const TaskSpan&, const TaskSpan&) { return false; }
    using Prefer = bool (*)(const Event&, const Event&);

    void note(const HelloEvent& hello);
    void note(const ReadyEvent& ready);
    void note(const PhaseEvent& phase);
    void note(const CountersEvent& counters);
    void note(const TasksEvent& tasks);
    void note(const DoneEvent& done);
    void note(const ResultEvent& result);
    template <class T>
    void note(const T&)
    {
    }
    void dropImpossible(TasksEvent& tasks);
    void keep(const Event& event);
    double stamped(Seconds begin, const char* flag);
    void noteUsage(const Sample& sample);
    void noteSeen(Seconds now);
    Seconds longestGap() const;
    void flagDisturbances(Seconds end);
    bool onCluster() const;
    void notePeak(Bytes bytes);
    void noteNodes(const std::map<std::string, Bytes>& nodes);
    void settleNodes();

    RunRecord record_;
    Seconds startedAt_{};
    Seconds eventAt_{}; ///< stamp of the current event
    Arrival arrival_;   ///< of the current event
    Seconds suspendedAtGo_{};
    std::vector<Seconds> seen_; ///< the last few samples, from go on
    Seconds gap_{};             ///< the longest time between two samples before these
    CpuTimes cpuAtStart_;
    CpuTimes cpuAtGo_;
    double runCpuAtGo_ = 0;
    std::optional<AtRest> waiting_; ///< by the last sample before go
    double loadCpu_ = 0;
    std::optional<Bytes> driverAtGo_;
    std::optional<Bytes> driverAtDone_;
    std::optional<double> residentAtGo_;
    std::optional<double> residentAtDone_;
    std::map<std::string, Bytes> nodePeaks_; ///< of a run on a cluster
    bool nodesLost_ = false;                 ///< a node could not be queried (any more)
    std::vector<std::size_t> open_;          ///< positions in record_.phases
    std::vector<Event> rare_;
    std::size_t rareBytes_ = 0; ///< their lines together
    Thinned<Event, Prefer> progress_{5000, &RunRecorder::later};
    Thinned<Event, Prefer> counters_{5000, &RunRecorder::later};
    Thinned<Sample, bool (*)(const Sample&, const Sample&)> samples_{36000, &RunRecorder::larger};
    Thinned<TaskSpan, bool (*)(const TaskSpan&, const TaskSpan&)> tasks_{20000,
                                                                         &RunRecorder::first};
};

} // namespace spillway
