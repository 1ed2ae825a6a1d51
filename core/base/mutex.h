#pragma once

#include "base/thread_safety.h"

#include <mutex>

namespace spillway {

/// std::mutex, which in libstdc++ tells clang's analysis nothing.
class CAPABILITY("mutex") Mutex {
public:
    Mutex() = default;
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

private:
    friend class MutexLock;
    friend class MutexUnlock;
    std::mutex mutex_;
};

/// Holds a mutex from here to the end of its block; in between it may be given back and taken
/// again.
class SCOPED_CAPABILITY MutexLock {
public:
    explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : lock_(mutex.mutex_) {}
    ~MutexLock() RELEASE() {}
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

    void lock() ACQUIRE() { lock_.lock(); }
    void unlock() RELEASE() { lock_.unlock(); }

    /// What condition variables wait with. They give the mutex back and take it again, so that it
    /// is held before and after; the predicate is a lambda with REQUIRES(mutex).
    std::unique_lock<std::mutex>& native() { return lock_; }

private:
    std::unique_lock<std::mutex> lock_;
};

/// Gives a mutex that the caller holds back until the end of its block.
class SCOPED_CAPABILITY MutexUnlock {
public:
    explicit MutexUnlock(Mutex& mutex) RELEASE(mutex) : mutex_(mutex.mutex_) { mutex_.unlock(); }
    ~MutexUnlock() RELEASE() { mutex_.lock(); }
    MutexUnlock(const MutexUnlock&) = delete;
    MutexUnlock& operator=(const MutexUnlock&) = delete;

private:
    std::mutex& mutex_;
};

} // namespace spillway
