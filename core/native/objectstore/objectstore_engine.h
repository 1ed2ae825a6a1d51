#pragma once

#include "native/engine.h"
#include "native/objectstore/run_settings.h"

#include <memory>
#include <optional>

namespace spillway {

class Crew;

/// Settings that tests may change.
struct ObjectstoreOptions {
    ScanOptions scan;
    std::optional<Bytes> storeCapacity;
    std::filesystem::path worker = "/proc/self/exe"; ///< spillway-worker
};

/// The native implementation of the Ray model: a driver, a store process that owns all shared
/// memory, and one executor process per worker.
class ObjectstoreEngine : public Engine {
public:
    explicit ObjectstoreEngine(NativeKinds kinds, ObjectstoreOptions options = {});
    ~ObjectstoreEngine() override;

    std::string_view id() const override { return "objectstore"; }
    Result<std::map<std::string, std::string>> prepare(const RunSpec& spec) override;
    Result<RunResult> run(const RunSpec& spec, EventSink& events, std::stop_token stop) override;

    /// Processes after prepare(), for tests that kill them.
    int storePid() const;
    int executorPid(int worker) const;

private:
    const NativeKinds kinds_;
    ObjectstoreOptions options_;
    RunSettings settings_;
    std::unique_ptr<Crew> crew_;
};

} // namespace spillway
