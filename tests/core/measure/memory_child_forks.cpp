#include "memory_child.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

namespace spillway::child {
namespace {

constexpr std::size_t kMegabyte = 1'000'000;
constexpr std::size_t kHuge = std::size_t(100) << 20;
constexpr int kSteps = 20;

/// A child and the pipes it is told and tells by.
struct Worker {
    pid_t pid = 0;
    int order = -1;
    int answer = -1;

    void tell(char letter) const
    {
        char byte = 0;
        if (::write(order, &letter, 1) != 1 || ::read(answer, &byte, 1) != 1) fail("worker");
    }
};

/// Forks a child that does `work` for each letter and ends with its parent.
template <class Work>
Worker startWorker(Work work)
{
    std::array<int, 2> order{};
    std::array<int, 2> answer{};
    if (::pipe2(order.data(), 0) != 0 || ::pipe2(answer.data(), 0) != 0) fail("pipe");
    const pid_t pid = ::fork();
    if (pid < 0) fail("fork");
    if (pid > 0) {
        ::close(order[0]);
        ::close(answer[1]);
        return {.pid = pid, .order = order[1], .answer = answer[0]};
    }
    ::close(order[1]);
    char letter = 0;
    while (::read(order[0], &letter, 1) == 1) {
        work();
        if (::write(answer[1], "x", 1) != 1) break;
    }
    std::_Exit(0);
}

struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
};

Part partOf(const std::string& share, std::size_t size, int child, int children)
{
    const auto one = size / static_cast<std::size_t>(children);
    const auto at = one * static_cast<std::size_t>(child);
    if (share == "all") return {0, size};
    if (share == "half") return {0, size / 2};
    if (share == "own") return {at, at + one};
    return {0, 0};
}

void readAll(const void* memory, std::size_t size)
{
    volatile char sum = 0;
    for (std::size_t i = 0; i < size; i += 4096)
        sum = sum + static_cast<const char*>(memory)[i];
}

} // namespace

[[noreturn]] void fail(const char* what)
{
    std::perror(what);
    std::_Exit(3);
}

void touch(void* memory, std::size_t begin, std::size_t end, char value)
{
    auto* bytes = static_cast<volatile char*>(memory);
    for (std::size_t i = begin; i < end; i += 4096)
        bytes[i] = value;
}

void* mapAnonymous(std::size_t size, int flags)
{
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_ANONYMOUS | (flags == 0 ? MAP_PRIVATE : flags), -1, 0);
    if (memory == MAP_FAILED) fail("mmap");
    return memory;
}

void sayReady()
{
    if (::write(1, "ready\n", 6) != 6) std::_Exit(4);
}

void waitForEnd()
{
    pollfd input{.fd = 0, .events = 0, .revents = 0};
    while (::poll(&input, 1, -1) != 1) {
    }
}

void forks(const char* argument)
{
    std::array<char, 8> share{};
    std::size_t megabytes = 0;
    int children = 0;
    if (std::sscanf(argument, "%zu %d %7s", &megabytes, &children, share.data()) != 3)
        fail("forks");
    const auto size = megabytes * kMegabyte;
    void* memory = mapAnonymous(size);
    touch(memory, 0, size, 1);
    std::vector<Worker> workers;
    for (int i = 0; i < children; ++i) {
        const auto part = partOf(share.data(), size, i, children);
        workers.push_back(startWorker([memory, size, part, step = 0]() mutable {
            const auto length = part.end - part.begin;
            const auto at = [&](int done) {
                return part.begin + length * static_cast<std::size_t>(done) / kSteps / 4096 * 4096;
            };
            if (length == 0)
                readAll(memory, size);
            else if (step < kSteps)
                touch(memory, at(step), step + 1 == kSteps ? part.end : at(step + 1), 2);
            ++step;
        }));
    }
    sayReady();
    for (char letter = 0; ::read(0, &letter, 1) > 0; sayReady()) {
        if (letter == 'e' && !workers.empty()) {
            ::close(workers.back().order);
            ::waitpid(workers.back().pid, nullptr, 0);
            workers.pop_back();
        }
        if (letter != 'w') continue;
        for (const auto& worker : workers)
            worker.tell(letter);
    }
    std::_Exit(0);
}

void churns(const char* argument)
{
    const auto size = std::stoul(argument) * kMegabyte;
    touch(mapAnonymous(size), 0, size, 1);
    const auto worker = startWorker([] {
        constexpr auto taken = 40 * kMegabyte;
        for (int i = 0; i < 10; ++i) {
            void* memory = mapAnonymous(taken);
            touch(memory, 0, taken, 1);
            ::munmap(memory, taken);
        }
    });
    sayReady();
    for (char letter = 0; ::read(0, &letter, 1) > 0; sayReady())
        worker.tell(letter);
    std::_Exit(0);
}

void spikes(const char* argument)
{
    std::size_t megabytes = 0;
    long milliseconds = 0;
    if (std::sscanf(argument, "%zu %ld", &megabytes, &milliseconds) != 2) fail("spikes");
    const auto size = megabytes * kMegabyte;
    sayReady();
    for (char letter = 0; ::read(0, &letter, 1) > 0; sayReady()) {
        // The pages come at once, huge: their coming is to be short beside their stay.
        void* memory = mapAnonymous(size);
        ::madvise(memory, size, MADV_HUGEPAGE);
        ::madvise(memory, size, MADV_POPULATE_WRITE);
        const timespec stay{0, milliseconds * 1'000'000};
        ::nanosleep(&stay, nullptr);
        ::munmap(memory, size);
    }
    std::_Exit(0);
}

void hugePrivate(const char*)
{
    touch(mapAnonymous(kHuge, MAP_PRIVATE | MAP_HUGETLB), 0, kHuge, 1);
}

void hugeForked(const char*)
{
    void* memory = mapAnonymous(kHuge, MAP_PRIVATE | MAP_HUGETLB);
    touch(memory, 0, kHuge, 1);
    startWorker([memory] { touch(memory, 0, kHuge / 2, 2); }).tell('w');
}

void hugeShared(const char*)
{
    void* memory = mapAnonymous(kHuge, MAP_SHARED | MAP_HUGETLB);
    touch(memory, 0, kHuge, 1);
    for (int i = 0; i < 2; ++i)
        startWorker([memory] { touch(memory, 0, kHuge, 2); }).tell('w');
}

} // namespace spillway::child
