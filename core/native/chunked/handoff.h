#pragma once

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace spillway {

/// Tells the race detector what oneTBB guarantees: writes before spawning a task are visible to the
/// task, and the task's writes are visible after waiting for it. The distribution's library is not
/// instrumented, so the detector cannot see that by itself. Does nothing in other builds.
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

/// The scope of a task: acquires its spawner's writes, releases its own.
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
