#pragma once

#include "analysis/comparison.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg_result.h"

#include <cmath>
#include <numeric>

namespace spillway {

/// Comparisons made of stored runs, as the window makes them.
class Runs {
public:
    explicit Runs(Workload workload = EtlWorkload{"category", {"x", "y"}, {}})
        : workload_(std::move(workload))
    {
    }

    RunRecord& add(const std::string& engine, int workers, double seconds, double peakMegabytes,
                   const std::string& profile = "default")
    {
        RunRecord record;
        record.id = static_cast<std::int64_t>(records_.size()) + 1;
        record.repeat = static_cast<int>(record.id);
        record.round = record.repeat;
        record.datasetName = "large_data.csv";
        record.workload = workload_;
        record.cell = {"fingerprint", "w", engine, profile, workers, limit_, {}, ""};
        record.seconds = seconds;
        record.peakBytes = std::llround(peakMegabytes * 1e6);
        if (workload_.kind == LogregWorkload::kind) {
            LogregResult fit;
            fit.testAccuracy = 0.25 + 0.0004 * (workers + record.repeat % 3);
            fit.majorityAccuracy = 0.2503;
            record.result = fit;
        }
        records_.push_back(record);
        return records_.back();
    }

    /// Six repeats around `seconds`.
    void addCell(const std::string& engine, int workers, double seconds, double peakMegabytes,
                 double setup = 0, int repeats = 6, const std::string& profile = "default")
    {
        const double spread[] = {0.99, 1.02, 0.97, 1.05, 1.0, 1.01};
        for (int i = 0; i < repeats; ++i) {
            auto& record = add(engine, workers, seconds * spread[i % 6],
                               peakMegabytes * (1 + 0.01 * i), profile);
            record.setupSeconds = setup;
            record.round = i;
        }
    }

    void fail(const std::string& engine, int workers, RunStatus status, const std::string& message)
    {
        auto& record = add(engine, workers, 1, 1);
        record.seconds.reset();
        record.result.reset();
        record.status = status;
        record.error = Error{ErrorCode::EngineFailed, message, "load", ""};
    }

    void setEngines(EngineCatalogue engines) { engines_ = std::move(engines); }
    void setLimit(Bytes limit) { limit_ = limit; }
    const std::vector<RunRecord>& records() const { return records_; }
    Comparison comparison(int cores = 4, std::optional<int> baseline = std::nullopt) const
    {
        return compare(records_, cores, {.baselineWorkers = baseline, .engines = engines_}).front();
    }

private:
    Workload workload_;
    EngineCatalogue engines_{{{.id = "chunked", .deployable = false, .own = true},
                              {.id = "objectstore", .deployable = false, .own = true}}};
    std::optional<Bytes> limit_;
    std::vector<RunRecord> records_;
};

/// Engines of a usual session on worker counts 1 to 16.
inline Runs normalRuns(const Workload& workload = EtlWorkload{"category", {"x", "y"}, {}})
{
    Runs runs(workload);
    runs.setLimit(2'000'000'000);
    for (const int p : {1, 2, 4, 8, 16}) {
        const double ideal = 1.0 / std::min(p, 4);
        runs.addCell("chunked", p, 0.35 + 3.2 * ideal, 62 + 9 * p, 0.02);
        runs.addCell("polars", p, 0.8 + 5.4 * ideal, 420 + 12 * p, 0.4);
        runs.addCell("duckdb", p, 1.0 + 5.6 * ideal, 310 + 30 * p, 0.2, 3);
        runs.addCell("dask", p, 2.2 + 8.9 * ideal + 0.2 * p, 700 + 60 * p, 2.4, 6, "tuned");
    }
    return runs;
}

/// Enough worker counts for the scaling laws: one engine that gets slower again, one that does not.
inline Runs scalingRuns()
{
    Runs runs;
    const double scatter[] = {1.01, 0.98, 1.02, 0.99, 1.01, 0.98, 1.01};
    int i = 0;
    for (const int p : {1, 2, 4, 8, 12, 16, 24}) {
        const double noise = scatter[i++];
        runs.addCell("dask", p, 40 * noise * (1 + 0.05 * (p - 1) + 0.004 * p * (p - 1)) / p, 700, 0,
                     6, "tuned");
        runs.addCell("ray", p, 60 / noise * (0.1 + 0.9 / p), 900, 0, 3);
    }
    return runs;
}

/// One engine that fails more and more, in each of the ways.
inline Runs failingRuns(const Workload& workload = EtlWorkload{"category", {"x", "y"}, {}})
{
    Runs runs(workload);
    runs.setLimit(1'000'000'000);
    for (const int p : {1, 2, 4, 8, 16}) {
        runs.addCell("chunked", p, 0.35 + 3.2 / std::min(p, 4), 62 + 9 * p, 0.02);
        if (p == 1 || p == 8) {
            runs.addCell("dask", p, 12.0 / p + 3, 700, 2.4, 3);
        } else {
            runs.fail("dask", p, p == 2 ? RunStatus::OutOfMemory : RunStatus::TimedOut,
                      "Not finished after 10 min; real time unknown.");
        }
        if (p <= 4)
            runs.addCell("ray", p, 60.0 / p, 1826, 8.1, 3);
        else
            runs.fail("ray", p, p == 8 ? RunStatus::MemoryLimit : RunStatus::WrongResult,
                      "Stopped by Spillway at 2.1 GB (limit 2.0 GB), during load.");
        runs.fail("my-script", p, RunStatus::Failed, "exit code 1");
    }
    runs.fail("polars", 1, RunStatus::Unsupported, "Polars has no logistic regression.");
    return runs;
}

inline Runs singlePoint(const Workload& workload = EtlWorkload{"category", {"x", "y"}, {}})
{
    Runs runs(workload);
    runs.addCell("chunked", 4, 1.93, 88, 0.02, 1);
    return runs;
}

/// Nine engines, some with long names, whose lines end close together.
inline Runs manyEngines(const Workload& workload = EtlWorkload{"category", {"x", "y"}, {}})
{
    Runs runs(workload);
    const std::vector<std::string> engines{
        "chunked", "objectstore", "polars",
        "duckdb",  "dask",        "ray",
        "pyspark", "pandas",      "my-very-long-team-pipeline-script-v2"};
    for (std::size_t i = 0; i < engines.size(); ++i)
        for (const int p : {1, 2, 4, 8})
            if (engines[i] != "pandas" || p == 1)
                runs.addCell(engines[i], p, (3.0 + 1.4 * double(i)) * (0.2 + 0.8 / p),
                             80 * std::pow(1.5, double(i)), 0.3 * double(i), 6,
                             i % 4 == 0 && i > 0 ? "naive" : "default");
    return runs;
}

/// All engines that come with Spillway but one, and four of a user's: one with a colour of its own,
/// one with Dask's.
inline Runs twelveEngines(const Workload& workload = EtlWorkload{"category", {"x", "y"}, {}})
{
    Runs runs(workload);
    const std::vector<EngineFacts> engines{
        {.id = "chunked", .deployable = false, .own = true},
        {.id = "dask"},
        {.id = "ray"},
        {.id = "polars"},
        {.id = "duckdb"},
        {.id = "pandas"},
        {.id = "modin"},
        {.id = "pyspark"},
        {.id = "our-pipeline", .title = "Our pipeline", .colour = "#2e8b2e"},
        {.id = "our-dask", .title = "Dask on our cluster", .colour = "#92573d"},
        {.id = "awk", .title = "awk", .deployable = false},
        {.id = "team-script"}};
    runs.setEngines(EngineCatalogue(engines));
    for (std::size_t i = 0; i < engines.size(); ++i)
        for (const int p : {1, 2, 4, 8})
            runs.addCell(engines[i].id, p, (3.0 + 1.9 * double(i)) * (0.2 + 0.8 / p),
                         80 * std::pow(1.35, double(i)), 0.2 * double(i), 6);
    return runs;
}

} // namespace spillway
