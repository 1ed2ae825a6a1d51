#pragma once

#include "analysis/paired.h"
#include "analysis/table.h"

#include <string>
#include <vector>

namespace spillway {

/// A cell of which every repeat finished within the limit.
struct Contender {
    std::string name; ///< "Dask naive"
    CellKey cell;
    bool own = false; ///< of one of Spillway's own engines
    Interval seconds;
    Bytes peakBytes = 0;            ///< median; 0: not measured
    std::optional<double> accuracy; ///< logreg: median
    std::vector<std::string> flags; ///< what is doubtful about its figures
};

/// What the rounds say of a contender against the fastest one.
enum class Standing {
    Slower,
    NoDifference,
    TooFewRounds,
    OtherStart ///< its runs started with another share of the data in the file cache: no ratio
};
std::string_view name(Standing standing);

struct Rival {
    Contender contender;
    Standing standing = Standing::TooFewRounds;
    std::string obstacle;             ///< OtherStart: why, as cacheObstacle() words it
    int rounds = 0;                   ///< in which both finished
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
    bool ran = false;    ///< it was tried; else it cannot do this, and is only not compared
    int finished = 0;    ///< runs of the cell that tells most, of which others failed
    bool memory = false; ///< more memory may help
    bool unheld = false; ///< it finished above the limit, but was not told of it
    double share = 0;    ///< of the rows, reached by the repeat that got furthest; 0: unknown
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
/// evidence for it, and what to do where it does not suffice.
struct Recommendation {
    RecommendationKind kind = RecommendationKind::NothingRun;
    std::string dataset;
    TimeMeasure time = TimeMeasure::Work; ///< what its seconds are
    std::optional<Bytes> limit;           ///< the user's, else the runs' own
    std::optional<Contender> leader;
    std::vector<Rival> rivals;            ///< each other line's fastest cell, fastest first
    std::optional<Contender> reference;   ///< the fastest that nobody can deploy
    std::optional<RuledOut> referenceOut; ///< where there is none: what became of one
    std::vector<RuledOut> ruledOut;       ///< lines without a contender
    /// Where nothing finished for want of memory: the next limit to try, or that the machine has
    /// no room for it.
    std::optional<Bytes> nextLimit;
    bool machineTooSmall = false;
    std::optional<int> enoughWorkers; ///< more of them gain the leader less than 10 %
    /// The leader's count is the largest one tried, and the machine has more cores.
    bool moreWorkersUntried = false;
};

/// Contenders are cells in which every counted repeat finished, at most `memoryLimit` in any of
/// them; a limit the runs were held to already was kept by those that finished. Only engines that
/// can be deployed are recommended. The leader is compared with the fastest cell of each
/// other line by pairedRatio(), Holm-adjusted over them; below 5 common rounds nobody is called
/// slower.
Recommendation recommend(const Comparison& comparison, std::optional<Bytes> memoryLimit);

/// The recommendation in one or two sentences, as interface.md words it; the reference only when
/// nothing else can be said.
std::string sentence(const Recommendation& recommendation);
/// What goes with it, a sentence each: the reference, memory, workers, doubts, engines that are
/// ruled out.
std::vector<std::string> remarks(const Recommendation& recommendation);
/// What to run where the evidence does not suffice, a sentence each.
std::vector<std::string> nextRuns(const Recommendation& recommendation);
/// sentence() of recommend().
std::string verdict(const Comparison& comparison, std::optional<Bytes> memoryLimit);

/// Leader, rivals and what is ruled out, one row each, with the evidence.
Table recommendationTable(const Recommendation& recommendation);
Json toJson(const Recommendation& recommendation);

} // namespace spillway
