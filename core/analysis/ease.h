#pragma once

#include "analysis/table.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What an engine takes beside the time of the work: a line of a comparison.
struct EaseRow {
    std::string work; ///< "group-by mean", "query features"
    std::string name; ///< "Dask naive"
    std::string engine;
    int workers = 1; ///< of the figures at rest: the most that it ran with
    /// Of the program that a user gets for this work: of a query the one that ran, else the one
    /// that is handed out (programLines()). Nothing for work without a program for users: what an
    /// adapter needs in order to be measured is no program of theirs.
    std::optional<int> lines;
    std::optional<Installation> installation;
    std::optional<Interval> startSeconds;
    std::optional<Interval> restProcesses;
    std::optional<Interval> restBytes;
};

/// Of the most recent comparison of each kind of work, of queries of each name; lines in their
/// order. Left out are lines of which no run went well.
std::vector<EaseRow> easeOf(const std::vector<Comparison>& comparisons);
std::vector<EaseRow> easeOf(const Comparison& comparison);

/// A row a line.
Table easeTable(const std::vector<EaseRow>& rows);
/// What its columns are, in sentences.
std::string easeNote();

} // namespace spillway
