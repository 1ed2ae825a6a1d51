#pragma once

#include "experiment/runner.h"

#include <filesystem>
#include <stop_token>

namespace spillway {

struct TerminalRun {
    bool json = false; ///< a line per run on stdout instead of the tables
    bool continuePlan = false;
    bool rerunFailed = false;
    bool ignoreFailure = false;
    std::optional<Seconds> began; ///< RunnerOptions::began
};

/// Where its runs spill.
std::filesystem::path scratchRootOf(const Plan& plan);

/// Runs a plan with its progress on stderr and the session's tables on stdout; returns the exit
/// code.
int runOnTerminal(const Plan& plan, const EngineRegistry& registry, SessionStore& store,
                  const TerminalRun& how, std::stop_token stop);

/// A table and the verdict for each comparison of the session, each within its own limit, on
/// stdout; returns the exit code.
int printTables(const SessionStore& store, const EngineRegistry& registry);

} // namespace spillway
