/// A program that uses memory in one known way, says "ready" on descriptor 1 and waits for the end
/// of descriptor 0. It is run as `memory_child guard <mode> [argument]`: the guard is a subreaper,
/// waits for one byte on descriptor 0, starts the program again with the mode alone, and is the
/// root of the tree that tests sample.
#include "memory_child.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace spillway::child;

namespace {

constexpr std::size_t kSize = 300'000'000;

void* map(int flags, int fd = -1)
{
    void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (memory == MAP_FAILED) fail("mmap");
    return memory;
}

void* anonymous()
{
    return map(MAP_PRIVATE | MAP_ANONYMOUS);
}

int memfd()
{
    const int fd = ::memfd_create("known", MFD_CLOEXEC);
    if (fd < 0 || ::ftruncate(fd, static_cast<off_t>(kSize)) != 0) fail("memfd");
    return fd;
}

/// Runs `work` in forked children, each of which tells when it is ready and then waits.
void inChildren(int count, const std::function<void(int)>& work)
{
    std::array<int, 2> done{};
    if (::pipe2(done.data(), O_CLOEXEC) != 0) fail("pipe");
    for (int i = 0; i < count; ++i) {
        const pid_t pid = ::fork();
        if (pid < 0) fail("fork");
        if (pid > 0) continue;
        work(i);
        if (::write(done[1], "x", 1) != 1) std::_Exit(4);
        waitForEnd();
        std::_Exit(0);
    }
    char byte = 0;
    for (int i = 0; i < count; ++i)
        if (::read(done[0], &byte, 1) != 1) std::_Exit(4);
}

void privateMemory(const char*)
{
    touch(anonymous(), 0, kSize, 1);
}

/// Three processes that each touch a third of one shared object: none of them maps all its pages.
void thirds(void* memory)
{
    inChildren(3, [memory](int i) {
        const auto part = kSize / 3;
        touch(memory, part * static_cast<std::size_t>(i), part * static_cast<std::size_t>(i + 1),
              1);
    });
}

void sharedThirds(const char*)
{
    thirds(map(MAP_SHARED, memfd()));
}

/// The same with the descriptor closed: only the mappings are left.
void closedThirds(const char*)
{
    const int fd = memfd();
    void* memory = map(MAP_SHARED, fd);
    ::close(fd);
    thirds(memory);
}

void sharedAnonymous(const char*)
{
    void* memory = map(MAP_SHARED | MAP_ANONYMOUS);
    touch(memory, 0, kSize, 1);
    inChildren(2, [memory](int) { touch(memory, 0, kSize, 2); });
}

void systemV(const char*)
{
    const int id = ::shmget(IPC_PRIVATE, kSize, IPC_CREAT | 0600);
    if (id < 0) fail("shmget");
    void* memory = ::shmat(id, nullptr, 0);
    ::shmctl(id, IPC_RMID, nullptr);
    touch(memory, 0, kSize, 1);
}

void sharedWhole()
{
    touch(map(MAP_SHARED, memfd()), 0, kSize, 1);
}

void unmapped(const char*)
{
    const int fd = memfd();
    void* memory = map(MAP_SHARED, fd);
    touch(memory, 0, kSize, 1);
    ::munmap(memory, kSize);
}

void copyOnWrite(const char*)
{
    void* memory = anonymous();
    touch(memory, 0, kSize, 1);
    inChildren(2, [](int) {});
}

/// Of the forked memory the child writes the first half: 450 MB together.
void halfCopied(const char*)
{
    void* memory = anonymous();
    touch(memory, 0, kSize, 1);
    inChildren(1, [memory](int) { touch(memory, 0, kSize / 2, 2); });
}

int inSameMemory(void*)
{
    sayReady();
    waitForEnd();
    return 0;
}

/// A child in the address space of its parent, as vfork and posix_spawn make it before exec.
void sameMemory(const char*)
{
    touch(anonymous(), 0, kSize, 1);
    static std::array<char, 65536> stack;
    if (::clone(inSameMemory, stack.data() + stack.size(), CLONE_VM | SIGCHLD, nullptr) < 0)
        fail("clone");
}

/// A grandchild that leaves the session, and whose parent ends.
void session(const char*)
{
    std::array<int, 2> done{};
    if (::pipe2(done.data(), O_CLOEXEC) != 0) fail("pipe");
    if (::fork() == 0) {
        if (::fork() == 0) {
            ::setsid();
            touch(anonymous(), 0, kSize, 1);
            if (::write(done[1], "x", 1) != 1) std::_Exit(4);
            waitForEnd();
        }
        std::_Exit(0);
    }
    char byte = 0;
    if (::read(done[0], &byte, 1) != 1) std::_Exit(4);
    ::wait(nullptr);
}

/// Reads a file that was there before (the argument), as an engine reads its dataset.
void reads(const char* path)
{
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts {};
    if (fd < 0 || ::fstat(fd, &facts) != 0) fail(path);
    const auto size = static_cast<std::size_t>(facts.st_size);
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) fail("mmap");
    volatile char sum = 0;
    for (std::size_t i = 0; i < size; i += 4096)
        sum = sum + static_cast<const char*>(memory)[i];
}

/// Writes a file of 300 MB at the path and closes it; then reads it through another descriptor.
void writesThenReads(const char* path)
{
    const int fd = ::open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || ::ftruncate(fd, static_cast<off_t>(kSize)) != 0) fail(path);
    void* memory = map(MAP_SHARED, fd);
    touch(memory, 0, kSize, 1);
    ::munmap(memory, kSize);
    ::close(fd);
    reads(path);
}

void descriptors(const char*)
{
    for (int i = 0; i < 5000; ++i)
        if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) fail("open");
    unmapped(nullptr);
}

/// Starts and ends processes as fast as it can until the end of descriptor 0.
void restless(const char*)
{
    std::thread([] {
        while (true) {
            if (const pid_t pid = ::fork(); pid == 0)
                std::_Exit(0);
            else if (pid > 0)
                ::waitpid(pid, nullptr, 0);
        }
    }).detach();
}

void manyProcesses(const char*)
{
    inChildren(14, [](int) {
        for (int i = 0; i < 50; ++i)
            if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) fail("open");
    });
}

/// Fourteen processes that have exec'd, with 50 descriptors each.
void manyPrograms(const char*)
{
    std::array<int, 2> done{};
    if (::pipe(done.data()) != 0) fail("pipe");
    for (int i = 0; i < 14; ++i) {
        if (::fork() != 0) continue;
        for (int k = 0; k < 50; ++k)
            ::open("/dev/null", O_RDONLY);
        ::dup2(done[1], 1);
        ::execl("/proc/self/exe", "memory_child", "idle", nullptr);
        fail("exec");
    }
    std::array<char, 6> word{};
    for (int i = 0; i < 14; ++i)
        if (::read(done[0], word.data(), word.size()) != 6) std::_Exit(4);
}

/// Half a second of CPU time in two threads, in a process that then ends.
void burns(const char*)
{
    const auto burn = [] {
        timespec used{};
        do
            ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        while (used.tv_sec * 1000 + used.tv_nsec / 1'000'000 < 250);
    };
    std::thread other(burn);
    burn();
    other.join();
}

/// Writes 50 MB to the file and to the disk.
void writes(const char* path)
{
    const int fd = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::vector<char> block(1'000'000, 'x');
    for (int i = 0; i < 50; ++i)
        if (::write(fd, block.data(), block.size()) != 1'000'000) fail(path);
    ::fsync(fd);
}

void idle(const char*) {}

/// Refuses to be looked into, as another user's process does: 300 MB shared and 300 MB private.
void hidden(const char*)
{
    sharedWhole();
    touch(anonymous(), 0, kSize, 1);
    ::prctl(PR_SET_DUMPABLE, 0);
}

/// 300 MB; then for each byte read: 'f' forks a child that waits, 'a' takes 100 MB more, 's' takes
/// 100 MB of shared memory, and "ready" is said again.
void stages(const char*)
{
    touch(anonymous(), 0, kSize, 1);
    sayReady();
    char byte = 0;
    while (::read(0, &byte, 1) > 0) {
        if (byte == 'f') inChildren(1, [](int) {});
        if (byte == 'a') touch(anonymous(), 0, 100'000'000, 1);
        if (byte == 's') touch(map(MAP_SHARED, memfd()), 0, 100'000'000, 1);
        sayReady();
    }
    std::_Exit(0);
}

const std::map<std::string, Mode>& modes()
{
    static const std::map<std::string, Mode> table{
        {"private", privateMemory},
        {"shared-thirds", sharedThirds},
        {"closed-thirds", closedThirds},
        {"shared-anonymous", sharedAnonymous},
        {"system-v", systemV},
        {"unmapped", unmapped},
        {"copy-on-write", copyOnWrite},
        {"half-copied", halfCopied},
        {"same-memory", sameMemory},
        {"session", session},
        {"reads", reads},
        {"writes-then-reads", writesThenReads},
        {"descriptors", descriptors},
        {"restless", restless},
        {"many-processes", manyProcesses},
        {"many-programs", manyPrograms},
        {"burns", burns},
        {"writes", writes},
        {"idle", idle},
        {"hidden", hidden},
        {"stages", stages},
        {"forks", forks},
        {"churns", churns},
        {"spikes", spikes},
        {"huge-private", hugePrivate},
        {"huge-forked", hugeForked},
        {"huge-shared", hugeShared},
        {"generations", generations},
        {"brief", brief},
        {"unwaited", unwaited},
    };
    return table;
}

/// Says "ended" when no descendant is left, and stays until the end of its input, so that it can be
/// asked then, too. What the child says is for whoever started the guard.
int guard(char** arguments)
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    char go = 0;
    if (::read(0, &go, 1) != 1) return 0;
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        ::execv("/proc/self/exe", arguments);
        fail("exec");
    }
    while (::wait(nullptr) > 0) {
    }
    if (::write(1, "ended\n", 6) != 6) return 4;
    waitForEnd();
    return 0;
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 2) return 2;
    if (std::string(arguments[1]) == "guard") {
        arguments[1] = arguments[0];
        return guard(arguments + 1);
    }
    const auto mode = modes().find(arguments[1]);
    if (mode == modes().end()) return 2;
    mode->second(count > 2 ? arguments[2] : nullptr);
    // A child in the same memory says it itself.
    if (mode->second != sameMemory) sayReady();
    waitForEnd();
    return 0;
}
