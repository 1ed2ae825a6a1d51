#include "native/objectstore/objectstore_engine.h"

#include "native/kernels/vector_target.h"
#include "native/objectstore/driver.h"

#include <new>

namespace spillway {
ObjectstoreEngine::ObjectstoreEngine(NativeKinds kinds, ObjectstoreOptions options)
    : kinds_(kinds), options_(std::move(options))
{
}

ObjectstoreEngine::~ObjectstoreEngine() = default;

int ObjectstoreEngine::storePid() const
{
    return crew_->storeProcess().pid();
}

int ObjectstoreEngine::executorPid(int worker) const
{
    return crew_->executor(worker).process.pid();
}

Result<std::map<std::string, std::string>> ObjectstoreEngine::prepare(const RunSpec& spec)
{
    if (auto valid = spec.validate(); !valid) return valid.error();
    settings_ = {.spec = spec,
                 .scan = options_.scan,
                 .storeCapacity = options_.storeCapacity.value_or(storeCapacityOf(spec))};
    auto described = writeSettings(settings_);
    if (!described) return described.error();
    std::error_code unresolved;
    auto worker = std::filesystem::canonical(options_.worker, unresolved);
    if (unresolved) worker = options_.worker;
    crew_ = std::make_unique<Crew>(std::move(worker), std::move(*described));
    if (auto started = crew_->start(spec.workers); !started) return started.error();
    std::map<std::string, std::string> settings{{"workers", std::to_string(spec.workers)},
                                                {"block", formatBytes(settings_.scan.block)},
                                                {"store", formatBytes(settings_.storeCapacity)},
                                                {"simd", vectorTarget()}};
    if (spec.memoryLimit) settings["memoryLimit"] = formatBytes(*spec.memoryLimit);
    return settings;
}

Result<RunResult> ObjectstoreEngine::run(const RunSpec& spec, EventSink& events,
                                         std::stop_token stop)
{
    RunReporter reporter(events);
    // No process outlives the run, however it ends.
    const std::unique_ptr<Crew> crew = std::move(crew_);
    try {
        auto connection = crew->connectToStore();
        if (!connection) return withPhase(crew->storeDied(), reporter);
        settings_.spec = spec;
        Driver driver(*crew, StoreConnection(std::move(*connection)), reporter, std::move(stop));
        const NativeKind* kind = findNativeKind(kinds_, spec.workload.kind);
        if (!kind) return withPhase(noNativeKind(spec.workload.kind), reporter);
        auto result = kind->runObjectstore(driver, settings_);
        if (!result && result.error().code == ErrorCode::EngineFailed && crew->storeGone())
            return withPhase(crew->storeDied(), reporter);
        if (!result) return withPhase(result.error(), reporter);
        if (auto asked = driver.askUsage(); !asked) return withPhase(crew->storeDied(), reporter);
        reporter.flush();
        return result;
    } catch (const std::bad_alloc&) {
        return withPhase(makeError(ErrorCode::OutOfMemory,
                                   "The system has no memory left for this run.",
                                   "Use fewer workers or a machine with more memory."),
                         reporter);
    }
}

} // namespace spillway
