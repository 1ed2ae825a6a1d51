#pragma once

#include "base/files.h"
#include "native/objectstore/packet_socket.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace spillway {

/// A child process of the driver, killed and reaped by the destructor.
class RunProcess {
public:
    /// Starts `program arguments… 3 4 …`: one number for each of `passed`, under which the child
    /// finds that descriptor. Its stdin is empty, its stdout is our stderr.
    static Result<RunProcess> spawn(const std::filesystem::path& program,
                                    std::vector<std::string> arguments,
                                    const std::vector<int>& passed);
    RunProcess() = default;
    RunProcess(RunProcess&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)),
          pidFd_(std::move(other.pidFd_)),
          outcome_(std::move(other.outcome_))
    {
    }
    RunProcess& operator=(RunProcess&& other) noexcept
    {
        std::swap(pid_, other.pid_);
        std::swap(pidFd_, other.pidFd_);
        std::swap(outcome_, other.outcome_);
        return *this;
    }
    ~RunProcess() { kill(); }

    pid_t pid() const { return pid_; }
    void kill();
    /// Waits for a process that is ending, and kills it if that takes more than a second; returns
    /// how it ended: "signal 9 (Killed)", "exit code 2".
    std::string end();

private:
    pid_t pid_ = 0;
    UniqueFd pidFd_;
    std::string outcome_ = "ended by us";
};

/// The driver's ends of a new process's two connections.
struct ExecutorProcess {
    RunProcess process;
    PacketSocket socket;
};

/// The store process and the executors of one run.
class Crew {
public:
    /// `program` is spillway-worker.
    Crew(std::filesystem::path program, UniqueFd settings)
        : program_(std::move(program)), settings_(std::move(settings))
    {
    }
    /// Starts the store and `workers` executors and waits until all are ready. EngineFailed when
    /// they are not within ten seconds.
    Result<void> start(int workers);

    PacketSocket& store() { return store_; }
    RunProcess& storeProcess() { return storeProcess_; }
    ExecutorProcess& executor(int worker) { return executors_[static_cast<std::size_t>(worker)]; }
    int workers() const { return static_cast<int>(executors_.size()); }
    /// Whether the store has ended, and the error for that.
    bool storeGone() const;
    Error storeDied();
    /// Replaces a process that died with a new one.
    Result<void> replace(int worker);
    /// A client's end of a new connection with the store.
    Result<PacketSocket> connectToStore();

private:
    Result<ExecutorProcess> startExecutor();
    Result<void> waitForHello(ExecutorProcess& executor, Seconds deadline);

    std::filesystem::path program_;
    UniqueFd settings_;
    PacketSocket store_;
    RunProcess storeProcess_;
    std::vector<ExecutorProcess> executors_;
};

} // namespace spillway
