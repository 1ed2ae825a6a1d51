#pragma once

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace spillway {

/// Tells the race detector what oneTBB promises: what was written before a task was spawned is seen
/// by the task, and what the task wrote is seen after the wait for it. The library of the
/// distribution is not instrumented, so the detector cannot see that by itself. Does nothing in
/// other builds.
class Handoff {
public:
    void give()
    {
#if defined(__SANITIZE_THREAD__)
        __tsan_release(this);
#endif
    }
    void take()
    {
#if defined(__SANITIZE_THREAD__)
        __tsan_acquire(this);
#endif
    }
};

/// The inside of a task: takes what its spawner wrote, gives what it writes.
class HandedOver {
public:
    explicit HandedOver(Handoff& handoff) : handoff_(handoff) { handoff_.take(); }
    ~HandedOver() { handoff_.give(); }
    HandedOver(const HandedOver&) = delete;
    HandedOver& operator=(const HandedOver&) = delete;

private:
    Handoff& handoff_;
};

} // namespace spillway
