#pragma once

#include "base/json_fwd.h"
#include "protocol/event.h"
#include "protocol/run_spec.h"
#include "protocol/sample.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

enum class RunStatus {
    Ok,
    Failed,
    OutOfMemory, ///< killed by the system
    MemoryLimit, ///< stopped by Spillway's watchdog, or the engine could not continue within the
                 ///< limit
    TimedOut,
    Cancelled,
    WrongResult,
    Unsupported,
    Skipped ///< two identical failures skip a cell's remaining repeats
};
/// "ok", "out-of-memory" … as in docs/command-line.md.
std::string_view name(RunStatus status);
Result<RunStatus> runStatusFromName(std::string_view name);

enum class CacheState { Warm, Cold, AsIs };
std::string_view name(CacheState state);
Result<CacheState> cacheStateFromName(std::string_view name);

/// Identifies runs that are repeats of each other: one point of a chart.
struct CellKey {
    std::string dataset;  ///< originOf() the dataset
    std::string workload; ///< identityOf(workload)
    std::string engine;
    std::string profile;
    int workers = 1;
    std::optional<Bytes> memoryLimit;
    CacheState cache = CacheState::Warm;
    std::string address; ///< "" on this machine
    FileFormat format = FileFormat::Csv;

    auto operator<=>(const CellKey&) const = default; // NOLINT(modernize-use-nullptr)
};

struct PhaseSpan {
    std::string name;
    Seconds begin{}; ///< CLOCK_MONOTONIC
    Seconds end{};

    bool operator==(const PhaseSpan&) const = default;
};

/// Share of the dataset's pages in the page cache, 0 … 1.
struct Residency {
    double atGo = 0;
    std::optional<double> atDone; ///< for runs that got that far

    bool operator==(const Residency&) const = default;
};

/// What it takes to have an engine, as it was when its environment was made.
struct Installation {
    int packages = 0; ///< of Python
    Bytes bytes = 0;  ///< on disk, with compiled bytecode
    /// From no environment to a ready one, and how much of it was new on the disk: packages that
    /// had been downloaded before are not. Nothing for environments of earlier versions.
    std::optional<double> seconds;
    std::optional<Bytes> newBytes;

    bool operator==(const Installation&) const = default;
};

Json toJson(const Installation& installation);
/// Nothing for what cannot be one.
std::optional<Installation> installationFromJson(const Json& json);

/// A started engine that waits for its work, by the last sample before go.
struct AtRest {
    double startSeconds = 0; ///< as setupSeconds
    int processes = 0;
    Bytes bytes = 0; ///< anon + shared

    bool operator==(const AtRest&) const = default;
};

/// Setting of a run of a query: how many lines of code its program has.
inline constexpr const char* programLinesSetting = "program_lines";

/// Setting of a run on a cluster whose memory was measured on its nodes.
inline constexpr const char* memoryByNode = "memory_by_node";

/// Raw facts of one run. Values computed from them (speedup, medians, …) are not included.
struct RunRecord {
    std::int64_t id = 0;     ///< number of the run in its session, from 1; 0: not stored yet
    std::int64_t planId = 0; ///< its plan in the session
    int repeat = 0;          ///< from 1; a warm-up counts separately
    bool warmup = false;
    int round = 0; ///< the randomised round in which it ran; runs of one round are paired
    CellKey cell;
    /// fullFingerprint() of the data that were read: distinguishes datasets with the same sampled
    /// fingerprint. Empty in records of earlier versions.
    std::string dataHash;
    std::string machine; ///< Environment::machine() of the machine that it ran on
    std::string datasetName;
    Workload workload;
    std::string engineVersion;
    std::map<std::string, std::string> libraries;
    std::map<std::string, std::string> settings; ///< as the engine confirmed them

    RunStatus status = RunStatus::Ok;
    std::optional<Error> error; ///< set for every status but ok

    std::string startedAt;              ///< UTC, ISO 8601
    std::optional<Seconds> timeout;     ///< as planned; nothing in records of earlier versions
    std::optional<double> setupSeconds; ///< start → ready
    std::optional<double> seconds;      ///< go → done
    double wallSeconds = 0;             ///< spawn → every process gone
    std::optional<Seconds> goAt;        ///< CLOCK_MONOTONIC; samples and phases share the clock
    std::vector<PhaseSpan> phases;
    std::optional<Installation> installation; ///< of its engine; nothing: it needs none
    std::optional<AtRest> atRest;             ///< nothing on a cluster

    /// Sampled maximum of anon + shared; on a cluster the sum over its nodes. Nothing if it was not
    /// measured.
    std::optional<Bytes> peakBytes;
    Bytes peakFileBytes = 0;
    Bytes hwmSumBytes = 0;
    /// The paper's own figure: the driver's resident set at done minus that at start. May be
    /// negative.
    std::optional<Bytes> rssDelta;
    Bytes spilledBytes = 0;
    Bytes restoredBytes = 0;
    Bytes diskReadBytes = 0;
    Bytes diskWrittenBytes = 0;
    double userSeconds = 0;
    double systemSeconds = 0;
    std::int64_t contextSwitches = 0;
    int maxProcesses = 0;
    int maxThreads = 0;
    double hostCpuSeconds = 0; ///< Spillway's own CPU time during the run
    std::string enforcement;   ///< "watchdog", "none", "cluster"

    std::optional<Residency> residency;
    /// balanceOf() its tasks (host/balance.h), where its engine tells them and the run succeeded.
    std::optional<double> balance;
    std::int64_t rows = 0;
    std::vector<std::string> flags; ///< "oversubscribed", "exceeds-cache", "hung-after-bye", …
    std::optional<RunResult> result;
    std::string stderrTail; ///< last 1 MiB of what the engine said, plain text

    /// The user's reason for leaving the run out of verdicts, tables of cells and charts; nothing:
    /// it counts. Kept by the session beside the record (SessionStore::excludeRun).
    std::optional<std::string> excluded;

    bool operator==(const RunRecord&) const = default;
};

/// Of its result; "balance" of its tasks, unless the result has one of its own.
std::map<std::string, double> measuresOf(const RunRecord& record);
std::optional<double> measureOf(const RunRecord& record, const std::string& measure);

/// The line `spillway run --json` prints (schema 1, product.md); a contract.
Json toJson(const RunRecord& record);
/// Everything, for the session file; fullRecordFromJson reads it back without loss.
Json toFullJson(const RunRecord& record);
Result<RunRecord> fullRecordFromJson(const Json& json);

/// A run's record with its samples and events.
struct RunTrace {
    std::vector<Sample> samples;
    std::vector<Event> events;   ///< all but tasks and result; progress and counters thinned
    std::vector<TaskSpan> tasks; ///< thinned to at most 20,000
    ResultTable table;           ///< of the result, when its rows did not travel with it
};

} // namespace spillway
