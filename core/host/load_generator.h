#pragma once

#include "host/line_reader.h"
#include "host/spawn.h"
#include "protocol/event.h"
#include "workloads/load.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// The load generator (native/load/load_process.h) of one run, seen from the host. It is no part of
/// the run's process tree or memory. Not thread-safe. Destroying it ends it.
class LoadGenerator {
public:
    static Result<std::unique_ptr<LoadGenerator>>
    start(const std::filesystem::path& worker, const LoadPlan& plan, const ServingEvent& serving);
    LoadGenerator(const LoadGenerator&) = delete;
    LoadGenerator& operator=(const LoadGenerator&) = delete;
    ~LoadGenerator();

    int input() const { return helper_.input.get(); }
    int output() const { return helper_.output.get(); }
    bool hasUnwritten() const { return !unwritten_.empty(); }

    /// Queues a line; flush() writes what the pipe takes without blocking.
    void order(const Json& json);
    void flush();
    /// Reads what has come; never blocks.
    void read();
    /// The next whole line; valid until the next call of read().
    std::optional<std::string_view> next() { return lines_.next(); }
    /// It says no more.
    bool ended() const { return ended_ || lines_.overflowed(); }
    /// Ends it and waits for that. All its processor time, seconds.
    double end();

private:
    explicit LoadGenerator(SpawnedHelper helper) : helper_(std::move(helper)) {}

    SpawnedHelper helper_;
    std::string unwritten_;
    LineReader lines_{std::size_t(8) << 20};
    bool ended_ = false;
};

} // namespace spillway
