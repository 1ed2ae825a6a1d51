#include "memory_child.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace spillway::child {
namespace {

constexpr std::size_t blockSize = 1 << 20;

/// A pipe whose end of input is the event: it comes when its last writer has closed or died.
struct Event {
    std::array<int, 2> ends{};

    Event()
    {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
    }
    void happen() const { ::close(ends[1]); }
    void await() const
    {
        char byte = 0;
        static_cast<void>(::read(ends[0], &byte, 1));
    }
};

/// Writes so much and reads it from the disk; the cache is passed by.
void writeAndRead(const std::string& path, std::size_t megabytes)
{
    void* block = nullptr;
    if (::posix_memalign(&block, 4096, blockSize) != 0) fail("memory");
    touch(block, 0, blockSize, 1);
    const int out = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (std::size_t i = 0; i < megabytes; ++i)
        if (::write(out, block, blockSize) != static_cast<ssize_t>(blockSize)) fail("write");
    ::fsync(out);
    ::close(out);
    const int in = ::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
    for (std::size_t i = 0; i < megabytes; ++i)
        if (::read(in, block, blockSize) != static_cast<ssize_t>(blockSize)) fail("read");
    ::close(in);
    ::free(block);
}

/// Until this process has used so much processor time altogether.
void burnUntil(double seconds)
{
    timespec used{};
    do
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec) < seconds);
}

/// Three processes and what each has to wait for.
class Generations {
public:
    Generations(const char* order, std::string path) : order_(order), path_(std::move(path)) {}

    [[noreturn]] void run()
    {
        sayReady();
        char letter = 0;
        if (::read(0, &letter, 1) != 1) std::_Exit(4);
        descend(1);
    }

private:
    std::size_t rank(int generation) const
    {
        return order_.find(static_cast<char>('0' + generation));
    }

    /// Forks the next generation, works, and ends when its turn has come.
    [[noreturn]] void descend(int generation)
    {
        const pid_t child = generation < 3 ? ::fork() : 0;
        if (child == 0 && generation < 3) descend(generation + 1);
        writeAndRead(path_ + "." + std::to_string(generation), 16);
        burnUntil(0.4);
        const auto turn = rank(generation);
        // Who dies closes what it holds; nobody but the one before may hold a turn open.
        for (std::size_t i = 0; i < turns_.size(); ++i)
            if (i != turn + 1) turns_[i].happen();
        worked_.happen();
        if (generation == 1) {
            worked_.await();
            sayReady();
            char letter = 0;
            if (::read(0, &letter, 1) != 1) std::_Exit(4);
            begin_.happen();
        } else {
            begin_.happen();
        }
        begin_.await();
        if (turn > 0) turns_[turn].await();
        if (child > 0 && rank(generation + 1) < turn) ::waitpid(child, nullptr, 0);
        std::_Exit(0);
    }

    std::string order_;
    std::string path_;
    Event begin_;
    Event worked_;
    std::array<Event, 4> turns_; ///< the n-th is over when the one who ends before it has ended
};

} // namespace

void generations(const char* argument)
{
    std::array<char, 4> order{};
    std::array<char, 512> path{};
    if (std::sscanf(argument, "%3s %511s", order.data(), path.data()) != 2) fail("generations");
    Generations(order.data(), path.data()).run();
}

void brief(const char* argument)
{
    sayReady();
    for (char letter = 0; ::read(0, &letter, 1) > 0; sayReady()) {
        for (int i = 0; i < 20; ++i) {
            const pid_t pid = ::fork();
            if (pid < 0) fail("fork");
            if (pid == 0) {
                writeAndRead(argument, 2);
                burnUntil(0.05);
                std::_Exit(0);
            }
            ::waitpid(pid, nullptr, 0);
        }
    }
    std::_Exit(0);
}

void unwaited(const char* argument)
{
    std::signal(SIGCHLD, SIG_IGN);
    sayReady();
    const Event end;
    const Event worked;
    const Event gone;
    char letter = 0;
    if (::read(0, &letter, 1) != 1) std::_Exit(4);
    if (::fork() == 0) {
        end.happen();
        writeAndRead(argument, 16);
        burnUntil(0.4);
        worked.happen();
        end.await();
        std::_Exit(0);
    }
    worked.happen();
    worked.await();
    gone.happen();
    sayReady();
    if (::read(0, &letter, 1) != 1) std::_Exit(4);
    end.happen();
    gone.await();
    sayReady();
    while (::read(0, &letter, 1) > 0)
        sayReady();
    std::_Exit(0);
}

} // namespace spillway::child
