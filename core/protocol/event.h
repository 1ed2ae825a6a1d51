#pragma once

#include "base/units.h"
#include "workloads/field_checks.h"
#include "workloads/run_result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace spillway {

/// The lines of a run's stdout, in the order a run sends them. docs/protocol.md is the contract.
struct HelloEvent {
    std::string engine;
    std::string version;
    std::map<std::string, std::string> libraries;
    std::int64_t pid = 0;
};

struct ReadyEvent {
    std::map<std::string, std::string> settings; ///< as the engine confirmed them
};

struct PhaseEvent {
    std::string name;
    bool begin = true;
};

struct ProgressEvent {
    std::int64_t done = 0;
    std::optional<std::int64_t> total;
    std::string unit; ///< "bytes", "iterations", "rows" …
};

/// Some objects of a store and the bytes they hold.
struct ObjectAmount {
    std::int64_t objects = 0;
    Bytes bytes = 0;

    bool operator==(const ObjectAmount&) const = default;
};

/// The current objects of a store, by state.
struct ObjectStates {
    ObjectAmount inUse;     ///< being written or read
    ObjectAmount pinned;    ///< needed later, in memory only
    ObjectAmount evictable; ///< freed as soon as the space is needed; bytes include free segments
    ObjectAmount spilled;   ///< on disk only

    Bytes inMemory() const { return inUse.bytes + pinned.bytes + evictable.bytes; }
    bool operator==(const ObjectStates&) const = default;
};

/// Cumulative since the start of the run. Absent: the engine cannot tell.
struct CountersEvent {
    std::optional<std::int64_t> rows;
    std::optional<Bytes> bytesRead;
    std::optional<Bytes> spilledBytes;
    std::optional<Bytes> restoredBytes;
    std::optional<Bytes> storeBytes; ///< managed bytes now, not cumulative
    std::optional<std::int64_t> tasks;
    std::optional<std::int64_t> queued; ///< tasks ready and waiting now, not cumulative
    std::optional<std::int64_t>
        reExecuted;                      ///< tasks re-executed because a process or object was lost
    std::optional<ObjectStates> objects; ///< of an engine with an object store
    /// For a run on a cluster: the maximum that its processes used on each node since the last
    /// report, anon + shared (docs/measurement.md). Empty: not, or no longer, available.
    std::optional<std::map<std::string, Bytes>> nodeMemory;
};

struct TaskSpan {
    std::int32_t worker = 0; ///< 0 … workers − 1
    std::string kind;        ///< "scan", "gradient" …
    Seconds begin{};
    Seconds end{};
    std::optional<Seconds> cpu{}; ///< processor time that the task's thread took
    /// "pid/tid" of an engine that names its workers so; EventLimits numbers them as they come.
    std::string thread{};
};

struct TasksEvent {
    std::vector<TaskSpan> spans;   ///< at most 2,000
    std::optional<double> sampled; ///< fraction of the tasks that is reported, when not all
};

/// More points of a curve that the window draws while the run goes on: the best loss so far, a
/// latency. Ascending in x, which is seconds since go.
struct SeriesEvent {
    std::string name; ///< the curve's title, with the unit at its end: "Latency p99, ms"
    std::vector<std::pair<double, double>> points; ///< at most maxSeriesPoints
};

struct LogEvent {
    std::string level; ///< "info", "warning", "error"
    std::string message;
};

/// The engine's server is ready for load, of a kind of work that has it (workloads/load.h).
struct ServingEvent {
    std::string url;                    ///< on loopback
    std::vector<std::int64_t> replicas; ///< processes that answer, one of which may be killed
};

struct DoneEvent {};

struct ResultEvent {
    RunResult result;
    std::map<std::string, double> timings; ///< the engine's own, in seconds
};

struct ErrorEvent {
    Error error;
};

struct ByeEvent {};

using EventBody =
    std::variant<HelloEvent, ReadyEvent, PhaseEvent, ProgressEvent, CountersEvent, TasksEvent,
                 SeriesEvent, LogEvent, ServingEvent, DoneEvent, ResultEvent, ErrorEvent, ByeEvent>;

struct Event {
    Seconds t{}; ///< CLOCK_MONOTONIC
    EventBody body;
};

/// "hello", "ready" …: the value of the field `type`.
std::string_view typeName(const Event& event);
/// One line without its line break.
std::string eventLine(const Event& event);
/// Protocol error on anything that is not exactly an event.
Result<Event> eventFromLine(std::string_view line);
/// A line longer than this is a protocol error, and so is a 2,001st span.
inline constexpr std::size_t maxEventLine = std::size_t(1) << 20;
inline constexpr std::size_t maxTaskSpans = 2000;
inline constexpr std::size_t maxSeriesPoints = 2000; ///< of one line
inline constexpr double maxSeconds = 1e9;            ///< of a point or a task
inline constexpr double maxPointValue = 1e15;        ///< either side of 0
inline constexpr std::size_t maxSeries = 20;         ///< different curves a run
/// More nodes, or a longer name of one, are a protocol error.
inline constexpr std::size_t maxNodes = 2000;
inline constexpr std::size_t maxReplicas = 4096; ///< of a server
inline constexpr std::size_t maxNodeName = 256;

/// Limits of an engine's events, in bytes and counts (docs/protocol.md). Exceeding them is a
/// protocol error, except for explanatory texts, which are cut.
inline constexpr std::size_t maxNameBytes = 256; ///< phase, unit, kind, level, setting, library …
inline constexpr std::size_t maxValueBytes = 4096; ///< a setting's value, a library's version
inline constexpr std::size_t maxNames = 200;       ///< different phases, and kinds of tasks, a run
/// How much is stored with a run: later phases and events are dropped and the run flagged.
inline constexpr std::size_t maxKeptPhases = 10'000;
inline constexpr std::size_t maxKeptEvents = 20'000; ///< progress and counters are thinned instead
inline constexpr std::size_t maxKeptEventBytes = std::size_t(4) << 20;

/// Receives a native engine's events. Called from one thread at a time.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void deliver(Event event) = 0;
    /// Sends `body` with the current time.
    void send(EventBody body) { deliver(Event{monotonicNow(), std::move(body)}); }
};

} // namespace spillway
