#pragma once

#include <cstddef>

/// What the modes of memory_child share. Each mode uses memory, processor or disk in one known way.
namespace spillway::child {

using Mode = void (*)(const char* argument);

[[noreturn]] void fail(const char* what);
/// Writes one byte of each page.
void touch(void* memory, std::size_t begin, std::size_t end, char value);
void* mapAnonymous(std::size_t size, int flags = 0);
void sayReady();
/// Until nobody can write to descriptor 0 any more; what is written there is left for others to
/// read.
void waitForEnd();

// Memory of forked processes, memory_child_forks.cpp.
/// "<MB> <children> <share>": that much is touched and inherited. For each letter 'w' every child
/// rewrites a twentieth more of its part and "ready" is said: of "all", of the first "half", of a
/// part of its "own", or of nothing ("read", which it reads). 'e' ends one child.
void forks(const char* argument);
/// "<MB>": inherited by one child, which takes and returns 40 MB ten times for each letter 'w'.
void churns(const char* argument);
/// "<MB> <ms>": takes that much, holds it for that long once it is there, and returns it, for each
/// letter 'w'.
void spikes(const char* argument);
/// 100 MiB of huge pages: private; inherited by a child that rewrites half; shared by two.
void hugePrivate(const char*);
void hugeForked(const char*);
void hugeShared(const char*);

// What processes use up, memory_child_usage.cpp.
/// "<order> <path>": a process, its child and its grandchild (1, 2 and 3). After 'w' each has
/// burned 0.4 s, and written 16 MB to "<path>.<number>" and read it from the disk. 'x' lets them
/// end in the order, as in "231"; who outlives its child waits for it.
void generations(const char* argument);
/// "<path>": for a letter 'w', 20 processes one after another that each burn 0.05 s and write and
/// read 2 MB, and are waited for.
void brief(const char* argument);
/// "<path>": a child that nobody waits for burns 0.4 s and writes and reads 16 MB after 'w', and
/// ends after 'x'.
void unwaited(const char* argument);

} // namespace spillway::child
