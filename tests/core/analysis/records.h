#pragma once

#include "analysis/engine_catalogue.h"
#include "analysis/recommendation.h"
#include "protocol/run_record.h"
#include "workloads/etl/etl.h"

namespace spillway {

/// Spillway's own engines, and one of a user that is only there to compare with.
inline EngineCatalogue catalogueWithReferences()
{
    return EngineCatalogue({{.id = "chunked", .deployable = false, .own = true},
                            {.id = "objectstore", .deployable = false, .own = true},
                            {.id = "awk", .title = "A line of awk", .deployable = false},
                            {.id = "my-engine", .title = "My engine"}});
}

inline Recommendation recommendationOf(const std::vector<RunRecord>& records,
                                       std::optional<Bytes> limit = std::nullopt)
{
    return recommend(compare(records, 4, {.engines = catalogueWithReferences()}).front(), limit);
}

/// A stored ETL run that went well; tests change what they are about.
inline RunRecord etlRun(const std::string& engine, int workers, int repeat, double seconds)
{
    RunRecord record;
    record.id = repeat + 100 * workers;
    record.repeat = repeat;
    record.round = repeat;
    record.datasetName = "large_data.csv";
    record.workload = EtlWorkload{"category", {"x", "y"}, EtlWorkload::Materialise::Streamed};
    record.cell.dataset = "fingerprint";
    record.cell.workload = "etl";
    record.cell.engine = engine;
    record.cell.profile = "default";
    record.cell.workers = workers;
    record.seconds = seconds;
    record.setupSeconds = 0.02;
    record.peakBytes = 80'000'000;
    return record;
}

/// One cell with a repeat for each of `seconds`.
inline void addRuns(std::vector<RunRecord>& records, const std::string& engine, int workers,
                    const std::vector<double>& seconds)
{
    for (std::size_t i = 0; i < seconds.size(); ++i)
        records.push_back(etlRun(engine, workers, static_cast<int>(i) + 1, seconds[i]));
}

inline RunRecord failedRun(const std::string& engine, int workers, int repeat, RunStatus status,
                           const std::string& message)
{
    auto record = etlRun(engine, workers, repeat, 1);
    record.seconds.reset();
    record.status = status;
    record.error = Error{ErrorCode::MemoryLimit, message, "load", ""};
    return record;
}

} // namespace spillway
