#pragma once

#include "../native_data.h"

#include "base/json.h"
#include "native/objectstore/objectstore_engine.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"
#include "workloads/native/native_kinds.h"

#include <QTemporaryDir>

#include <string>

namespace spillway::testing {

inline const EtlWorkload means{.groupBy = "category", .values = {"x", "y"}};
/// Options of an engine on small blocks, so that small files have many, with the real program.
inline ObjectstoreOptions smallBlocks(Bytes partition = 45'000)
{
    return {.scan = {.partitionBytes = partition, .streamedBytes = partition, .block = 20'000},
            .storeCapacity = {},
            .worker = SPILLWAY_BINARY_DIR "/bin/spillway-worker"};
}

/// A run of the object store in this process, with its scratch directory.
class ObjectstoreRun {
public:
    ObjectstoreRun(const Dataset& dataset, const Workload& workload, int workers,
                   const ObjectstoreOptions& options = smallBlocks())
        : engine(nativeKinds(), options)
    {
        spec = {.runId = "1",
                .dataset = dataset,
                .workload = workload,
                .workers = workers,
                .scratch = scratch.path().toStdString()};
    }
    Result<void> prepare()
    {
        const auto prepared = engine.prepare(spec);
        if (!prepared) return prepared.error();
        return {};
    }
    Result<RunResult> run(std::stop_token stop = {})
    {
        return engine.run(spec, log, std::move(stop));
    }
    Result<RunResult> prepareAndRun()
    {
        if (auto prepared = prepare(); !prepared) return prepared.error();
        return run();
    }

    QTemporaryDir scratch;
    RunSpec spec;
    ObjectstoreEngine engine;
    EventLog log;
};

} // namespace spillway::testing
