#include "native/chunked/chunked_engine.h"

#include "native/chunked/etl_run.h"
#include "native/chunked/logreg_run.h"
#include "native/kernels/softmax.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <fmt/format.h>

#include <new>
#include <optional>

namespace spillway {
namespace {

constexpr int mostWorkers = 1024;

Error withPhase(Error error, const RunReporter& reporter)
{
    if (error.phase.empty()) error.phase = reporter.phase();
    if (error.phase.empty()) error.phase = "plan"; // before any phase of the run itself
    return error;
}

Result<RunResult> runWorkload(const RunSpec& spec, const ScanOptions& options,
                              const PassContext& pass)
{
    if (spec.workload.kind == EtlWorkload::kind)
        return runEtl(spec, EtlWorkload::of(spec.workload), options, pass);
    return runLogreg(spec, LogregWorkload::of(spec.workload), options, pass);
}

} // namespace

Result<std::map<std::string, std::string>> ChunkedEngine::prepare(const RunSpec& spec)
{
    if (auto valid = spec.validate(); !valid) return valid.error();
    if (spec.workers > mostWorkers)
        return invalidArgument(
            fmt::format("At most {1} workers are possible, not {0}.", spec.workers, mostWorkers));
    executor_ = std::make_unique<Executor>(spec.workers);
    if (auto started = executor_->start(); !started) return started.error();
    std::map<std::string, std::string> settings{{"workers", std::to_string(spec.workers)},
                                                {"block", formatBytes(options_.block)},
                                                {"partition", formatBytes(options_.partitionBytes)},
                                                {"simd", vectorTarget()}};
    if (spec.memoryLimit) {
        settings["memoryLimit"] = formatBytes(*spec.memoryLimit);
        settings["memoryThresholds"] = "0.60 0.70 0.80";
    }
    return settings;
}

Result<RunResult> ChunkedEngine::run(const RunSpec& spec, EventSink& events, std::stop_token stop)
{
    RunReporter reporter(events);
    std::optional<MemoryGuard> guard;
    if (spec.memoryLimit) guard.emplace(*spec.memoryLimit);
    try {
        auto result = runWorkload(spec, options_,
                                  {.executor = *executor_,
                                   .reporter = reporter,
                                   .stop = std::move(stop),
                                   .guard = guard ? &*guard : nullptr});
        if (!result) return withPhase(result.error(), reporter);
        return result;
    } catch (const std::bad_alloc&) {
        return withPhase(makeError(ErrorCode::OutOfMemory,
                                   "The system has no memory left for this run.",
                                   "Use fewer workers or a machine with more memory."),
                         reporter);
    }
}

} // namespace spillway
