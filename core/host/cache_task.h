#pragma once

#include "base/files.h"
#include "measure/page_cache.h"
#include "protocol/run_record.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace spillway {

/// Brings files into a cache state, or asks how resident they are, beside the thread that watches
/// the run: reading gigabytes must not stop the sampling. One piece of work at a time.
class CacheTask {
public:
    CacheTask();

    /// Becomes readable when the work is over.
    int descriptor() const { return event_.get(); }
    bool busy() const { return refused_ || thread_.joinable(); }
    /// Warm and cold change the cache, as-is only looks.
    void start(CacheState state, std::vector<std::filesystem::path> paths);
    /// The outcome, waiting for it if need be; nothing when nothing was started.
    std::optional<Result<CacheOutcome>> take();
    /// Makes work in progress end soon.
    void cancel() { thread_.request_stop(); }

private:
    UniqueFd event_;
    std::optional<Result<CacheOutcome>> outcome_; ///< written by thread_, read after its end
    bool refused_ = false;                        ///< there is no thread, and outcome_ says why
    std::jthread thread_;
};

} // namespace spillway
