#pragma once

#include "work/watched_run.h"
#include "workloads/etl/etl.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

/// Made-up runs and plans with round figures, for the live page's tests.
namespace spillway {

inline CellKey cellOf(const std::string& engine, const std::string& profile, int workers)
{
    CellKey cell;
    cell.dataset = "f00d";
    cell.workload = "etl";
    cell.engine = engine;
    cell.profile = profile;
    cell.workers = workers;
    cell.memoryLimit = Bytes(2'000'000'000);
    return cell;
}

inline PlannedRun plannedRun(const CellKey& cell, int repeat)
{
    PlannedRun run;
    run.cell = cell;
    run.workload = EtlWorkload{"category", {"x"}, {}};
    run.repeat = repeat;
    return run;
}

inline Sample sampleAt(Seconds t, double seconds, int workers)
{
    Sample sample;
    sample.t = t;
    const double work = 300e6 * (1 - std::exp(-seconds / 4)) + 40e6 * std::sin(seconds * 2);
    sample.anonByRole = {{"driver", Bytes(120e6)},
                         {"worker", Bytes(std::max(0.0, work)) * workers / 2},
                         {"other", Bytes(30e6)}};
    sample.anon = Bytes(150e6) + sample.anonByRole["worker"];
    sample.shared = Bytes(std::min(seconds, 6.0) * 60e6);
    sample.userSeconds = seconds * workers * 0.9;
    sample.systemSeconds = seconds * 0.1;
    return sample;
}

/// A run `seconds` long that began at `begin`: 400 MB/s read from second 1 on, a task of 0.2 s a
/// worker every 0.25 s, and, if it spills, 50 MB/s from second 4 on.
inline WatchedRun madeUpRun(const CellKey& cell, double seconds, Seconds begin, bool spills)
{
    WatchedRun run;
    run.run = plannedRun(cell, 2);
    run.startedAt = begin;
    run.enter(RunState::Running, begin + Seconds(1));
    run.phase = "compute";
    run.engineVersion = "1.0";
    for (int i = 0; i * 0.1 <= seconds; ++i)
        run.add(sampleAt(begin + Seconds(i * 0.1), i * 0.1, cell.workers));
    for (int i = 2; i * 0.5 <= seconds; ++i) {
        CountersEvent counters;
        counters.bytesRead = Bytes(400e6 * (i * 0.5 - 1));
        if (spills) counters.storeBytes = Bytes(55e6 * std::min(8.0, i * 0.5));
        counters.spilledBytes = spills ? Bytes(50e6 * std::max(0.0, i * 0.5 - 4)) : Bytes(0);
        if (cell.engine == "objectstore") {
            counters.objects = ObjectStates{
                {2, 12'000'000}, {24, 310'000'000}, {2, 26'000'000}, {1'095, 1'240'000'000}};
            counters.reExecuted = 2;
        }
        run.add(Event{begin + Seconds(i * 0.5), counters});
    }
    TasksEvent tasks;
    for (int i = 4; i * 0.25 + 0.2 <= seconds; ++i)
        for (int worker = 0; worker < cell.workers; ++worker)
            tasks.spans.push_back({worker, i % 5 == 4 ? "merge" : "scan",
                                   begin + Seconds(i * 0.25 + worker * 0.003),
                                   begin + Seconds(i * 0.25 + 0.2)});
    run.add(Event{begin, tasks});
    run.add(Event{begin + Seconds(0.4), LogEvent{"info", "Listening on 127.0.0.1"}});
    run.add(Event{begin + Seconds(1.2), LogEvent{"warning", "Blocks are smaller than asked for"}});
    run.add(Event{begin + Seconds(seconds),
                  ProgressEvent{Bytes(400e6 * (seconds - 1)), Bytes(6'000'000'000), "bytes"}});
    return run;
}

/// Chunked and Dask with 1 … `mostWorkers`, 3 repeats; Polars refused. Nothing has run.
inline PlanProgress madeUpPlan(int mostWorkers)
{
    PlanProgress plan;
    PlannedRun refused = plannedRun(cellOf("polars", "tuned", 1), 1);
    refused.refusal = Error{ErrorCode::Unsupported, "Polars has no logistic regression.", {}, {}};
    plan.runs.push_back(refused);
    for (int repeat = 1; repeat <= 3; ++repeat)
        for (int workers = 1; workers <= mostWorkers; workers *= 2) {
            plan.runs.push_back(plannedRun(cellOf("chunked", "default", workers), repeat));
            plan.runs.push_back(plannedRun(cellOf("dask", "tuned", workers), repeat));
            plan.runs.push_back(plannedRun(cellOf("dask", "naive", workers), repeat));
        }
    plan.statuses.resize(plan.runs.size());
    plan.wallSeconds.resize(plan.runs.size());
    plan.statuses[0] = RunStatus::Unsupported;
    return plan;
}

inline RunRecord recordOf(const PlannedRun& run, std::int64_t id, RunStatus status, double seconds)
{
    RunRecord record;
    record.id = id;
    record.repeat = run.repeat;
    record.cell = run.cell;
    record.workload = run.workload;
    record.datasetName = "taxi 4 GB";
    record.status = status;
    record.startedAt = "2025-01-01T10:00:00Z";
    record.wallSeconds = seconds + 1;
    record.peakBytes = 1'100'000'000;
    if (status == RunStatus::Ok) {
        record.setupSeconds = 1;
        record.seconds = seconds;
        return record;
    }
    record.error =
        Error{ErrorCode::MemoryLimit, "Stopped by Spillway at 2.1 GB (limit 2.0 GB), during load.",
              "load", "Raise the limit or choose an engine that spills."};
    return record;
}

/// Ends run `position` of `plan` and adds its record.
inline void endRun(PlanProgress& plan, std::vector<RunRecord>& records, std::size_t position,
                   RunStatus status, double seconds)
{
    plan.statuses[position] = status;
    plan.wallSeconds[position] = seconds + 1;
    records.push_back(recordOf(plan.runs[position], static_cast<std::int64_t>(records.size()) + 1,
                               status, seconds));
}

} // namespace spillway
