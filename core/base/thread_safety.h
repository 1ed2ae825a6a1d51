#pragma once

/// What clang's Thread Safety Analysis (-Wthread-safety) is told of locks: which members a mutex
/// guards and what a function wants held. An access without the lock does not pass `./check tidy`;
/// gcc sees nothing of it. The words are those of clang's documentation, "Thread Safety Analysis",
/// where each is explained: https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#if defined(__clang__)
#define SPILLWAY_THREAD_SAFETY(x) __attribute__((x))
#else
#define SPILLWAY_THREAD_SAFETY(x)
#endif

/// A class that is a lock, and one that holds a lock as long as it lives.
#define CAPABILITY(name) SPILLWAY_THREAD_SAFETY(capability(name))
#define SCOPED_CAPABILITY SPILLWAY_THREAD_SAFETY(scoped_lockable)

/// A member that is read and written only with `mutex` held; what a pointer member points to.
#define GUARDED_BY(mutex) SPILLWAY_THREAD_SAFETY(guarded_by(mutex))
#define PT_GUARDED_BY(mutex) SPILLWAY_THREAD_SAFETY(pt_guarded_by(mutex))

/// A function that is called with the lock held; that is called without, because it takes it; that
/// takes it and keeps it; that gives it back. A lambda has it behind its parameters.
#define REQUIRES(...) SPILLWAY_THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) SPILLWAY_THREAD_SAFETY(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) SPILLWAY_THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define RELEASE(...) SPILLWAY_THREAD_SAFETY(release_capability(__VA_ARGS__))
