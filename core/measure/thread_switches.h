#pragma once

#include "measure/cost_throttle.h"
#include "measure/process_reading.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Context switches of processes. The kernel counts them per thread, one file each, so a process
/// with several threads is read at most every 200 times the cost of the last round; in between its
/// count is kept. Ended threads keep their last known count.
class ThreadSwitches {
public:
    /// The count of one process so far.
    std::int64_t count(const ProcessReading& process);
    /// To be called after each round of count(): forgets ended processes.
    void finishRound(const std::vector<ProcessReading>& processes);

private:
    struct Entry {
        std::uint64_t startTime = 0;
        std::unordered_map<pid_t, std::int64_t> threads;
    };

    void readThreads(pid_t pid, Entry& entry);

    std::unordered_map<pid_t, Entry> entries_;
    std::string buffer_;
    CostThrottle throttle_{200};
    Seconds roundCost_{};
    bool reading_ = true;
};

} // namespace spillway
