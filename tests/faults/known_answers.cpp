#include "known_answers.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>

namespace spillway::test {
namespace {

void* take(std::size_t bytes)
{
    void* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) ::_exit(8);
    std::memset(memory, 1, bytes);
    return memory;
}

void holdUntil(Seconds end)
{
    while (monotonicNow() < end)
        ::usleep(1000);
}

} // namespace

Seconds knownAnswer(Seconds begin)
{
    take(300'000'000);
    holdUntil(begin + Seconds(3));
    return monotonicNow() - begin;
}

void rewriteInForks()
{
    constexpr std::size_t inherited = 200'000'000;
    void* memory = take(inherited);
    std::array<int, 2> done{};
    std::array<int, 2> end{};
    if (::pipe(done.data()) != 0 || ::pipe(end.data()) != 0) ::_exit(8);
    for (int i = 0; i < 4; ++i) {
        if (::fork() != 0) continue;
        ::close(end[1]);
        std::memset(memory, 2 + i, inherited);
        char byte = 'x';
        if (::write(done[1], &byte, 1) != 1) ::_exit(8);
        static_cast<void>(::read(end[0], &byte, 1));
        ::_exit(0);
    }
    char byte = 0;
    for (int i = 0; i < 4; ++i)
        if (::read(done[0], &byte, 1) != 1) ::_exit(8);
    holdUntil(monotonicNow() + Seconds(1.5));
    ::close(end[1]);
    while (::wait(nullptr) > 0) {
    }
}

void runBriefChildren()
{
    for (int i = 0; i < 50; ++i) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            timespec used{};
            do
                ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
            while (used.tv_sec == 0 && used.tv_nsec < 20'000'000);
            for (int k = 0; k < 100; ++k)
                ::usleep(1);
            ::_exit(0);
        }
        ::waitpid(pid, nullptr, 0);
    }
}

} // namespace spillway::test
