#pragma once

#include "base/files.h"
#include "native/load/http_response.h"
#include "workloads/load.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

enum class AnswerKind { Right, Wrong, Failed, Unfinished };

/// What became of one request.
struct Answer {
    AnswerKind kind = AnswerKind::Unfinished;
    Seconds scheduled{}; ///< when it came in
    Seconds ended{};
    std::int64_t replica = 0; ///< process that answered; 0: not told
    std::string why;          ///< it is not right
};

/// Sends requests at given times over connections that are kept alive, and judges every answer.
/// Waits in epoll and for a timer: it takes processor time for requests only. Not thread-safe.
class OpenLoop {
public:
    /// `orders`: a descriptor whose lines go to `onOrder`, and whose end ends the process.
    OpenLoop(LoopbackUrl url, const LoadPlan& plan, int orders);
    ~OpenLoop();
    OpenLoop(const OpenLoop&) = delete;
    OpenLoop& operator=(const OpenLoop&) = delete;

    std::function<void(const Answer&)> onAnswer;
    std::function<void(std::string_view)> onOrder;

    /// Requests of a Poisson process of `rate` a second for `length`, and their answers until all
    /// are there or `patience` more has passed. Returns when the first one could come in.
    Seconds run(double rate, Seconds length, Seconds patience, std::uint64_t seed);
    /// Calls `action` once at that time, within run().
    void at(Seconds time, std::function<void()> action);
    /// From now on an answer that is not 200 is a failure and not wrong: a replica is missing.
    void expectFailures() { failuresExpected_ = true; }

private:
    struct Request {
        Seconds at{};
        std::size_t exchange = 0;
    };
    struct Connection {
        UniqueFd socket;
        bool connecting = false;
        std::optional<Request> request;
        std::string unsent;
        HttpResponse response;
    };

    std::vector<Request> arrivals(double rate, Seconds length, std::uint64_t seed) const;
    void wait(Seconds until);
    void dispatch();
    void begin(std::size_t place, const Request& request);
    bool open(std::size_t place);
    bool isStale(const Connection& connection) const;
    void send(std::size_t place);
    void react(std::size_t place, std::uint32_t events);
    void read(std::size_t place);
    void readOrders();
    void finish(std::size_t place, AnswerKind kind, std::string why = {}, std::int64_t replica = 0);
    void judge(std::size_t place);
    void giveUp();

    LoopbackUrl url_;
    const LoadPlan& plan_;
    int orders_;
    UniqueFd epoll_;
    UniqueFd timer_;
    std::vector<Connection> connections_;
    std::deque<std::size_t> free_; ///< places of connections without a request
    std::deque<Request> waiting_;  ///< came in, and no connection was free
    std::string orderText_;
    std::optional<Seconds> actionAt_;
    std::function<void()> action_;
    bool failuresExpected_ = false;
};

} // namespace spillway
