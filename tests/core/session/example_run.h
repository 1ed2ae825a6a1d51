#pragma once

#include "base/json.h"
#include "protocol/environment.h"
#include "protocol/run_record.h"
#include "workloads/etl/etl_result.h"

#include <fmt/format.h>

#include <limits>

namespace spillway::example {

inline Dataset dataset(const std::string& fingerprint = "abc")
{
    return {.name = "data " + fingerprint,
            .paths = {"/data/a.csv", "/data/b.csv"},
            .schema = {{';', '\0', false}, {{"k", ColumnType::Text}, {"x", ColumnType::Real}}},
            .rows = 10,
            .bytes = 100,
            .fingerprint = fingerprint};
}

inline Environment environment(const std::string& cpu = "A CPU")
{
    Environment e;
    e.cpuModel = cpu;
    e.coresUsable = 2;
    e.ram = Bytes(8) << 30;
    e.libraries = {{"SQLite", "3"}};
    return e;
}

inline RunRecord record(int repeat = 1, RunStatus status = RunStatus::Ok)
{
    RunRecord r;
    r.planId = 2;
    r.repeat = repeat;
    r.round = repeat;
    r.workload = EtlWorkload{"k", {"x"}, EtlWorkload::Materialise::Loaded};
    r.cell = {"abc",       identityOf(r.workload), "chunked", "default", 2,
              Bytes(1000), CacheState::Cold,       ""};
    r.datasetName = "data";
    r.engineVersion = "0.1";
    r.status = status;
    if (status != RunStatus::Ok) r.error = Error{ErrorCode::TimedOut, "late", "fit", "wait"};
    r.startedAt = "2026-11-21T10:00:00Z";
    r.seconds = 1.0 / 3;
    r.wallSeconds = 2;
    r.goAt = Seconds(100.125);
    r.phases = {{"load", Seconds(1), Seconds(2)}};
    r.peakBytes = 12345;
    r.flags = {"oversubscribed", "noisy"};
    r.stderrTail = "it's 5 o'clock; \"DROP TABLE run\"\n";
    return r;
}

inline RunTrace trace(int samples = 3, int groups = 0)
{
    RunTrace t;
    for (int i = 0; i < samples; ++i) {
        Sample s;
        s.t = Seconds(i * 0.05);
        s.shared = i;
        s.anon = 10 * i;
        s.file = 100 * i;
        s.anonByRole = {{"driver", 4 * i}, {"worker", 6 * i}};
        s.hwmSum = 7;
        s.diskRead = 8;
        s.diskWritten = 9;
        s.userSeconds = i / 3.0;
        s.systemSeconds = 0.25;
        s.contextSwitches = 11;
        s.processes = 2;
        s.threads = 3;
        t.samples.push_back(s);
        t.tasks.push_back({i % 2, "scan", Seconds(i), Seconds(i + 0.1)});
    }
    t.events = {{Seconds(1), HelloEvent{"chunked", "0.1", {{"TBB", "2021"}}, 42}},
                {Seconds(1.5), PhaseEvent{"load", true}},
                {Seconds(2), LogEvent{"info", "line\nbreak"}}};
    std::vector<GroupMean> means;
    for (int i = 0; i < groups; ++i)
        means.push_back(
            {fmt::format("key {:06}", i), i, {i / 7.0, std::numeric_limits<double>::quiet_NaN()}});
    if (groups > 0) t.table = tableOf(means, {"x", "y"});
    return t;
}

} // namespace spillway::example
