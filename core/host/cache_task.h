#pragma once

#include "base/files.h"
#include "measure/page_cache.h"
#include "protocol/run_record.h"

#include <atomic>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace spillway {

/// The page-cache state that a run's files must have when it starts.
struct CacheWish {
    CacheState state = CacheState::AsIs; ///< warm and cold change the cache, as-is only measures it
    std::vector<std::filesystem::path> paths;
    Bytes room = 0; ///< warm: files larger than this are evicted, see warmCache()
    /// Warm: dropped from the cache if they leave too little room for `paths`.
    std::vector<std::filesystem::path> others;
};

/// Brings files into a page-cache state, or measures their residency, off the thread that watches
/// the run: reading gigabytes must not stop the sampling. One task at a time.
class CacheTask {
public:
    CacheTask();

    /// Becomes readable when the task is done.
    int descriptor() const { return event_.get(); }
    bool busy() const { return refused_ || thread_.joinable(); }
    void start(CacheWish wish);
    /// Bytes read so far to warm the cache, and bytes to read; 0 and 0 while nothing is read.
    std::pair<Bytes, Bytes> progress() const { return {done_.load(), total_.load()}; }
    /// The outcome, waiting for it if need be; nothing when nothing was started.
    std::optional<Result<CacheOutcome>> take();
    /// Asks the task to end soon.
    void cancel() { thread_.request_stop(); }

private:
    UniqueFd event_;
    std::atomic<Bytes> done_{0};
    std::atomic<Bytes> total_{0};
    std::optional<Result<CacheOutcome>> outcome_; ///< written by thread_, read after its end
    bool refused_ = false;                        ///< no thread could be started; outcome_ says why
    std::jthread thread_;
};

} // namespace spillway
