#pragma once

#include "experiment/job_plan.h"
#include "workloads/result_table.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// How much of a table the first rows of a result were made of.
struct SampledTable {
    std::string name;
    std::int64_t rows = 0;
    bool whole = false; ///< these are all of its rows

    bool operator==(const SampledTable&) const = default;
};

/// The first rows of a job's result, or of what comes out of one of its steps.
struct JobPreview {
    ResultTable table;
    bool more = false; ///< there are further rows
    std::vector<SampledTable> tables;
    std::string engine; ///< that made them: "DuckDB 1.4.2"
};

/// The engine that shows first rows of jobs of this kind: the one that is its oracle. Null for a
/// kind without one.
const EngineInfo* previewEngine(const EngineRegistry& registry, const Workload& workload);

/// Starts what reads a job of this kind and shows its first rows ahead of the first question.
void prepareTools(const EngineRegistry& registry, const Workload& workload, WarmTools& warm);

/// Has it work on the first rows of every table, which takes less than half a second as a rule;
/// memory, time and rows are bounded. `step`: after which of the job's steps, from 0; nothing: the
/// result. NotFound when the engine is not set up, EngineFailed with what it says, Cancelled.
Result<JobPreview> previewJob(const EngineRegistry& registry, const PlannedJob& job,
                              const Dataset& dataset, std::optional<std::size_t> step,
                              std::stop_token stop, WarmTools* warm = nullptr);

} // namespace spillway
