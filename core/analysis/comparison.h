#pragma once

#include "analysis/engine_catalogue.h"
#include "analysis/scaling_fit.h"
#include "analysis/statistics.h"
#include "protocol/environment.h"
#include "protocol/run_record.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

struct DatasetManifest;

/// A dataset × workload × limit × cache, on one machine: its lines belong on one chart.
struct ComparisonKey {
    std::string dataset; ///< fingerprint
    std::string workload;
    std::optional<Bytes> memoryLimit;
    CacheState cache = CacheState::Warm;
    std::string address;
    std::string machine;

    auto operator<=>(const ComparisonKey&) const = default; // NOLINT(modernize-use-nullptr)
};

/// The randomised round of a plan that a run belongs to: runs of one round are pairs.
struct RunRound {
    std::int64_t plan = 0;
    int round = 0;

    auto operator<=>(const RunRound&) const = default; // NOLINT(modernize-use-nullptr)
};

/// What counts as the time of a run.
enum class TimeMeasure {
    Work,      ///< go to done
    WithSetup, ///< start to done: for users who start a cluster for every job
};

/// "Seconds", "Seconds with set-up": a column title.
std::string secondsTitle(TimeMeasure time);

/// Whether a run of this status failed and appears in the "did not finish" strip. False for ok,
/// cancelled, skipped and unsupported.
bool isFailure(RunStatus status);

/// All repeats of one cell, reduced. Warm-ups are left out; failed repeats are counted, shown and
/// left out of the statistics.
struct CellSummary {
    CellKey cell;
    std::optional<Interval> seconds;
    std::optional<Interval> peakBytes;
    std::optional<Interval> spilledBytes; ///< written to disk for lack of memory; nothing: none
    std::optional<Interval> setupSeconds;
    std::map<std::string, Interval> measures; ///< by name, those of its kind of work
    std::optional<Interval> startSeconds;     ///< until it waits for its work (AtRest)
    std::optional<Interval> restProcesses;    ///< while it waits
    std::optional<Interval> restBytes;        ///< the same
    std::optional<Installation> installation; ///< of the newest run that tells it
    std::optional<int> programLines;          ///< of a query's program, by the newest run
    std::optional<Interval> residentAtGo;     ///< share of the data in the page cache, 0 … 1
    std::optional<Interval> diskReadBytes;    ///< by the whole run
    std::vector<double> secondsRepeats;       ///< of the ok runs, in order
    std::vector<RunRound> rounds;             ///< the round of each of those
    std::vector<double> peakRepeats;
    std::vector<std::int64_t> runIds; ///< all counted repeats, failed ones too
    std::map<RunStatus, int> statuses;
    int excluded = 0; ///< runs that the user has left out: in nothing above but `runIds`
    std::optional<Error> firstError;
    std::int64_t rowsReached =
        0; ///< rows reached by the failed repeat that got furthest, as its engine counted
    std::vector<std::string> flags; ///< "oversubscribed", "slow-first", "few-repeats", "outlier", …
    std::optional<double> speedup;    ///< T(p₀)/T(p) of the medians
    std::optional<double> efficiency; ///< speedup · p₀ / p

    /// Of `measures`.
    std::optional<Interval> measure(const std::string& name) const;
};

/// Whether there is a counted repeat and all of them succeeded.
bool finishedAlways(const CellSummary& cell);

/// The flag of a run whose result could not be checked, for lack of a reference.
inline constexpr std::string_view uncheckedFlag = "unchecked";
/// Whether any repeat of the cell has that flag.
bool isUnchecked(const CellSummary& cell);

/// One line of a chart: an engine and profile over worker counts.
struct EngineLine {
    std::string engine;
    std::string profile;
    FileFormat format = FileFormat::Csv;
    std::string name;                 ///< "Dask naive": see lineName()
    bool deployable = true;           ///< as EngineFacts has it
    bool own = false;                 ///< as EngineFacts has it
    std::vector<CellSummary> cells;   ///< by worker count
    std::string unsupported;          ///< the reason when nothing was run
    std::optional<ScalingFit> amdahl; ///< over the counts up to the usable cores, where they are
    std::optional<ScalingFit> usl;    ///< enough (docs/measurement.md)
};

/// MeasureLevel with its value.
struct Level {
    std::string measure; ///< that is read against it
    std::string title;
    double value = 0;
    bool ofData = false; ///< of the data, not of results
};

/// A run that the user has left out of everything that a Comparison says.
struct ExcludedRun {
    std::int64_t run = 0;
    std::string name; ///< of its line
    int workers = 1;
    int repeat = 1;
    std::string reason;
};

struct Comparison {
    ComparisonKey key;
    std::string datasetName;
    std::string dataHash; ///< of all bytes of the data; empty in earlier versions' sessions
    Workload workload;
    EngineCatalogue engines; ///< those of all comparisons of the records
    std::vector<EngineLine> lines;
    std::vector<int> workers;          ///< every tested count, ascending
    std::vector<ExcludedRun> excluded; ///< in the order of the lines
    TimeMeasure time = TimeMeasure::Work;
    int usableCores = 1;
    Bytes ram = 0; ///< of the measuring machine; set by a caller who knows it, 0: unknown
    /// Rows of the dataset; from a finished run, else set by a caller who knows the dataset.
    std::optional<std::int64_t> rows;
    std::optional<int> baselineWorkers;
    /// Its runs are repeated until they are decided: verdicts are made at the looks of
    /// protocol/decision_looks.h only.
    bool untilDecided = false;
    std::vector<Level> levels; ///< of its kind's measures; those of the data by addLevelsOf()
};

struct CompareOptions {
    /// p₀ of speedup and efficiency; by default the smallest of the counts for which the most lines
    /// have a median, so one that all lines share if there is one. Lines without a median at p₀ get
    /// no speedup unless another baseline is chosen.
    std::optional<int> baselineWorkers;
    TimeMeasure time = TimeMeasure::Work; ///< with set-up, cells have no separate set-up time
    EngineCatalogue engines;              ///< the known engines; those of the records are added
    bool untilDecided = false;            ///< of all comparisons; otherwise of those with such runs
};

/// Groups records into comparisons, the one with the most recent run last. Flags of a cell: those
/// of its runs, and "oversubscribed" (more workers than `usableCores`), "few-repeats" (fewer than
/// the 6 an interval needs), "slow-first" (the first repeat above every other and 20 % above their
/// median), "outlier", "mixed-cache" (its repeats did not start with the same share of the data in
/// the page cache), "cache-differs" (no speedup, since the baseline started with another share:
/// cache_start.h).
std::vector<Comparison> compare(const std::vector<RunRecord>& records, int usableCores,
                                const CompareOptions& options = {});

/// The levels that the data tell, which records do not hold.
void addLevelsOf(const DatasetManifest& manifest, Comparison& comparison);

/// "speedup(p) = T(p₀) / T(p), p₀ = 2 workers": printed with the chart.
std::string speedupFormula(const Comparison& comparison);
std::string efficiencyFormula(const Comparison& comparison);

} // namespace spillway
