#pragma once

#include "analysis/recommendation.h"
#include "data/dataset.h"

#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// A stand-alone Python program that does the job of a run, or a sentence saying why there is none.
struct Snippet {
    std::string program;
    std::string reason; ///< empty with a program, and where there is nothing to do

    bool operator==(const Snippet&) const = default;
};

/// The job of `run` with the run's settings, as its engine confirmed them: constants, then the
/// program from resources/snippets. It prints a line for each group (key, rows, means), or the
/// accuracy. Data in a dialect that the engine's reader does not know are copied by the program
/// first, as the adapters do. There is none for engines without a template (the user's own,
/// Spillway's) and for runs on an existing cluster. `name`: the engine's title in the program's
/// comment.
Snippet pythonSnippet(const RunRecord& run, const Dataset& dataset, const std::string& name);
/// Lines of code of that program: without blank ones, comments and docstrings, and without the
/// constants above it, which are the same for every engine. Nothing where there is no program.
std::optional<int> programLines(const Workload& workload, std::string_view engine,
                                std::string_view profile);
/// The snippet for the leader's most recent successful run; empty without a leader.
Snippet leaderSnippet(const Recommendation& recommendation, const std::vector<RunRecord>& records,
                      const std::vector<Dataset>& datasets);

} // namespace spillway
