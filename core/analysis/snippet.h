#pragma once

#include "analysis/recommendation.h"
#include "data/dataset.h"

#include <string>

namespace spillway {

/// A Python program of its own that does the job of `run` with the run's settings, as its engine
/// confirmed them: constants, then the program from resources/snippets. It prints a line for each
/// group (key, rows, means), or the accuracy. Empty for engines that there is no program for (the
/// user's own, Spillway's) and for runs on an existing cluster.
std::string pythonSnippet(const RunRecord& run, const Dataset& dataset);
/// That of the leader's most recent good run; empty without a leader or its dataset.
std::string leaderSnippet(const Recommendation& recommendation,
                          const std::vector<RunRecord>& records,
                          const std::vector<Dataset>& datasets);

} // namespace spillway
