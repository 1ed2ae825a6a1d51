#pragma once

#include "analysis/paired.h"
#include "analysis/table.h"

#include <map>
#include <string>
#include <vector>

namespace spillway {

/// A cell in which every repeat finished within the limit.
struct Contender {
    std::string name; ///< "Dask naive"
    CellKey cell;
    bool own = false; ///< of one of Spillway's own engines
    Interval seconds;
    Bytes peakBytes = 0;                    ///< median; 0: not measured
    std::map<std::string, double> measures; ///< medians of those that its kind of work declares
    std::vector<std::string> flags;         ///< doubts about its figures
};

/// A contender compared with the fastest one over their common rounds.
enum class Standing {
    Slower,
    NoDifference,
    TooFewRounds,
    OtherStart ///< its runs started with a different share of the data in the page cache: no ratio
};
std::string_view name(Standing standing);

struct Rival {
    Contender contender;
    Standing standing = Standing::TooFewRounds;
    std::string obstacle; ///< OtherStart: the reason, from cacheObstacle()
    int rounds = 0;       ///< rounds in which both finished
    /// Of runs that are repeated until decided, while TooFewRounds: rounds of the next look.
    std::optional<int> nextLook;
    std::optional<PairedRatio> ratio; ///< its time ÷ the leader's
    std::optional<double> adjustedP;  ///< Holm's, over all rivals with enough rounds
};

/// A line that cannot be recommended, and why.
struct RuledOut {
    std::string name;
    std::string engine;
    std::string profile;
    bool own = false; ///< one of Spillway's own engines
    std::string why;
    bool ran =
        false; ///< it was tried; otherwise it does not support this and is merely not compared
    int finished = 0;    ///< finished runs of the cell that got furthest and had failures
    bool memory = false; ///< more memory may help
    bool unheld = false; ///< it finished above the limit without knowing it
    double share = 0; ///< share of the rows that the repeat that got furthest reached; 0: unknown
};

enum class RecommendationKind {
    Winner,          ///< the leader is faster than every other, or there is no other
    NoDifference,    ///< at least one other is not shown to be slower
    CannotTell,      ///< too few common rounds with one that is not shown to be different, or no
                     ///< ratio to it at all
    SomeFailed,      ///< runs finished, but no deployable engine finished all of a cell's
    NothingFinished, ///< of what was tried
    NothingRun
};
std::string_view name(RecommendationKind kind);

/// The deployable line and worker count with the least median time within the memory limit, the
/// evidence for it, and what to run if the evidence is insufficient.
struct Recommendation {
    RecommendationKind kind = RecommendationKind::NothingRun;
    std::string dataset;
    Workload workload;
    TimeMeasure time = TimeMeasure::Work; ///< what its seconds measure
    std::optional<Bytes> limit;           ///< the user's, else the runs' own
    std::optional<Contender> leader;
    std::vector<Rival> rivals;            ///< each other line's fastest cell, fastest first
    std::optional<Contender> reference;   ///< the fastest non-deployable one
    std::optional<RuledOut> referenceOut; ///< without one: why it did not finish
    std::vector<RuledOut> ruledOut;       ///< lines without a contender
    std::vector<ExcludedRun> excluded;    ///< runs that the user has left out
    /// If nothing finished because memory ran out: the next limit to try; nothing if the machine
    /// does not have that much.
    std::optional<Bytes> nextLimit;
    bool machineTooSmall = false;
    std::optional<int> enoughWorkers; ///< more workers gain the leader less than 10 %
    /// The leader's count is the largest one tried, and the machine has more cores.
    bool moreWorkersUntried = false;
};

/// Contenders are cells in which every counted repeat finished, at most `memoryLimit` in any of
/// them; runs that finished under an enforced limit have kept it. Only engines that can be deployed
/// are recommended. The leader is compared with the fastest cell of each other line by
/// pairedRatio(), Holm-adjusted over them; with fewer than 5 common rounds none is called slower.
/// Of runs that are repeated until decided, only the rounds up to the last look count, and each
/// look has a share of the 5 %: until the last one, what is not shown to be slower is undecided.
Recommendation recommend(const Comparison& comparison, std::optional<Bytes> memoryLimit);

/// The recommendation in one or two sentences; the reference only when there is nothing else to
/// report.
std::string sentence(const Recommendation& recommendation);
/// Remarks, one sentence each: the reference, measures of the kind of work, memory, workers,
/// doubts, engines that are ruled out.
std::vector<std::string> remarks(const Recommendation& recommendation);
/// What to run if the evidence is insufficient, one sentence each.
std::vector<std::string> nextRuns(const Recommendation& recommendation);
/// sentence() of recommend().
std::string verdict(const Comparison& comparison, std::optional<Bytes> memoryLimit);

/// Leader, rivals and ruled-out lines, one row each, with the evidence.
Table recommendationTable(const Recommendation& recommendation);
Json toJson(const Recommendation& recommendation);

} // namespace spillway
