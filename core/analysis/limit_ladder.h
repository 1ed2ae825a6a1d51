#pragma once

#include "analysis/ranking.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// An engine with less and less memory: its best cell within each limit.
struct LadderRow {
    std::string name; ///< "Dask naive"
    std::string engine;
    bool deployable = true;
    std::vector<std::optional<RankingRow>> at; ///< by step; nothing: not run within that limit
    std::optional<std::size_t> smallest;       ///< the last step that it survives
};

/// Comparisons that differ in their memory limit alone: how small can one go, and with whom.
struct LimitLadder {
    std::vector<const Comparison*> steps; ///< most memory first, none at all before every limit
    std::vector<LadderRow> rows;          ///< who survives the least memory first, then by time
};

/// Whether every counted run of the row's cell finished.
bool survives(const RankingRow& row);

/// Of `all` those that belong on one ladder with `of`, which is one of them. The pointers point
/// into `all`.
LimitLadder limitLadder(const Comparison& of, const std::vector<Comparison>& all);

} // namespace spillway
