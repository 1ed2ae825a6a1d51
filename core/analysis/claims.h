#pragma once

#include "analysis/table.h"
#include "protocol/environment.h"

#include <string>
#include <vector>

namespace spillway {

/// What somebody else says of two engines, and the work that settles it.
struct Claim {
    std::string section; ///< of the source
    std::string row;
    std::string text;     ///< in our words
    std::string kind;     ///< of work; empty: nothing that runs can tell
    std::string job;      ///< its label, for a kind whose work has one; empty: any
    std::string measure;  ///< of the kind; empty: the time
    std::string ease;     ///< "lines": judged by what it takes (analysis/ease.h), not by runs
    std::string favoured; ///< engine that is said to be the better one
    std::string other;    ///< against this one
    std::string preset;   ///< that runs both
    std::string why;      ///< it is not measured
};

enum class ClaimVerdict { Holds, DoesNotHold, CannotTell, NotRun, NotMeasured };
/// "holds", "does not hold here", "cannot be told", "not run", "not measured".
std::string_view name(ClaimVerdict verdict);

struct JudgedClaim {
    Claim claim;
    ClaimVerdict verdict = ClaimVerdict::NotRun;
    std::string ran;     ///< "tasks: Ray, 2 workers; Dask, 2 workers"
    std::string figures; ///< both, how they compare, and what was the best of all
};

/// InvalidData names what is missing.
Result<std::vector<Claim>> claimsFromJson(const Json& json);
/// Those of resources/reference/article.json, in its order.
const std::vector<Claim>& articleClaims();

/// Each by the most recent comparison of its kind in which both engines ran: the best cell of
/// either by the claim's measure; of a claim about ease the shortest program of either. Times are
/// compared by pairedRatio() with Holm's adjustment over all claims about times that differ;
/// measures by their intervals, which must not overlap. With fewer than roundsForVerdict runs
/// nothing can be told. An engine whose every run failed is behind one that finished; of one that
/// finished some, or whose result has no such measure, nothing can be told.
std::vector<JudgedClaim> judged(const std::vector<Claim>& claims,
                                const std::vector<Comparison>& comparisons);

/// Whether claims about several kinds of work were settled, as far as they can be: by a session of
/// the preset "article", or of several of its parts.
bool settlesArticle(const std::vector<JudgedClaim>& claims);
/// "34 claims: 5 holds, 14 cannot be told, 15 not measured"
std::string countOf(const std::vector<JudgedClaim>& claims);
/// Where the claims were judged: "On this machine (…) with Dask 2026.9.1, Ray 2.60.0."
std::string judgedOn(const std::vector<RunRecord>& records,
                     const std::vector<Environment>& environments, const EngineCatalogue& engines);

/// A row a claim.
Table claimsTable(const std::vector<JudgedClaim>& claims);

} // namespace spillway
