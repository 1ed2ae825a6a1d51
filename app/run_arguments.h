#pragma once

#include "app/dialect_options.h"
#include "experiment/plan.h"
#include "host/engine_registry.h"
#include "session/session_store.h"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace spillway {

/// `spillway run` as typed. Empty fields were not given.
struct RunArguments {
    std::string planFile;
    std::vector<std::string> data;
    std::vector<std::string> inputs; ///< NAME=PATH: tables of one dataset
    DialectArguments dialect;
    std::string preset;
    double scale = 1;
    std::string format; ///< csv, parquet or both; empty: as given
    std::string rows;   ///< of a preset with tables of its own, as typed
    std::string workload;
    std::vector<std::string> engines;
    std::vector<int> workers;
    /// Columns by the role of a workload that reads them (workloads/workload_type.h).
    std::map<std::string, std::vector<std::string>> columns;
    /// Written parameters of a workload (Parameter::written) by name: texts, or files of them.
    std::map<std::string, std::string> texts;
    std::optional<int> repeats;
    std::optional<int> warmup;
    bool untilDecided = false;
    /// As typed: sizes, or "none", comma-separated; several are measured as separate cells.
    std::vector<std::string> memoryLimits;
    std::string timeout;
    std::string budget;
    std::string cache;
    std::vector<std::string> parameters;
    std::optional<std::uint64_t> seed;
    std::string address;
    std::string scratch;
    std::string maxScratch;
    std::string session;
    bool continuePlan = false;
    bool rerunFailed = false;
    bool ignoreFailure = false;
    bool dryRun = false;
    bool json = false;
    /// The options that were typed, by their names ("--data", "PLAN").
    std::vector<std::string> given;
};

/// `--continue` without anything to plan from: the plan is the session's last one.
bool continuesSession(const RunArguments& arguments);
/// The session's last plan. InvalidArgument when another option would change it, NotFound when
/// there is none.
Result<Plan> planOfSession(const RunArguments& arguments, const SessionStore& store);

void defineRunOptions(CLI::App& command, RunArguments& arguments);

/// The requested plan: from a file, a preset (which generates its data when none is given), or the
/// options. Reports on stderr which columns were chosen and why. InvalidArgument when options
/// contradict each other.
Result<Plan> planFromArguments(const RunArguments& arguments, const EngineRegistry& registry,
                               std::stop_token stop);

} // namespace spillway
