#include "native/chunked/chunked_engine.h"

#include "native/kernels/vector_target.h"

#include <fmt/format.h>

#include <new>
#include <optional>

namespace spillway {
namespace {

constexpr int mostWorkers = 1024;

} // namespace

Result<std::map<std::string, std::string>> ChunkedEngine::prepare(const RunSpec& spec)
{
    if (auto valid = spec.validate(); !valid) return valid.error();
    if (spec.workers > mostWorkers)
        return invalidArgument(fmt::format("{} workers are more than the {} that are possible.",
                                           spec.workers, mostWorkers));
    pool_ = std::make_unique<TaskPool>(spec.workers);
    if (auto started = pool_->start(); !started) return started.error();
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
    std::optional<MemoryBudget> budget;
    if (spec.memoryLimit) budget.emplace(*spec.memoryLimit);
    try {
        const NativeKind* kind = findNativeKind(kinds_, spec.workload.kind);
        if (!kind) return withPhase(noNativeKind(spec.workload.kind), reporter);
        auto result = kind->runChunked(spec, options_,
                                       {.pool = *pool_,
                                        .reporter = reporter,
                                        .stop = std::move(stop),
                                        .budget = budget ? &*budget : nullptr});
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
