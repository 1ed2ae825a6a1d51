#pragma once

#include "native/chunked/ordered_scan.h"
#include "native/engine.h"

#include <memory>

namespace spillway {

/// The native implementation of the Dask model: a lazy task graph over partitions in one process,
/// on a oneTBB arena of exactly as many threads as there are workers.
class ChunkedEngine : public Engine {
public:
    explicit ChunkedEngine(NativeKinds kinds, ScanOptions options = {})
        : kinds_(kinds), options_(options)
    {
    }

    std::string_view id() const override { return "chunked"; }
    Result<std::map<std::string, std::string>> prepare(const RunSpec& spec) override;
    Result<RunResult> run(const RunSpec& spec, EventSink& events, std::stop_token stop) override;

private:
    const NativeKinds kinds_;
    ScanOptions options_;
    std::unique_ptr<TaskPool> pool_;
};

} // namespace spillway
