#include "native/load/open_loop.h"

#include "base/json.h"
#include "workloads/field_checks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

namespace spillway {
namespace {

constexpr std::uint64_t timerPlace = ~std::uint64_t(0);
constexpr std::uint64_t ordersPlace = timerPlace - 1;
/// The exit code of a generator whose host is gone.
constexpr int hostGone = 3;

void watchDescriptor(int epoll, int fd, std::uint64_t place, std::uint32_t events,
                     int how = EPOLL_CTL_ADD)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = place;
    ::epoll_ctl(epoll, how, fd, &event);
}

std::string requestText(const LoopbackUrl& url, const std::string& body)
{
    return fmt::format("POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/json\r\n"
                       "Content-Length: {}\r\n\r\n{}",
                       url.path, url.address, url.port, body.size(), body);
}

std::string errnoText(int reason)
{
    return std::strerror(reason); // one thread
}

/// The beginning of a server's text, on one line.
std::string shownBody(std::string body)
{
    for (char& character : body)
        if (character >= 0 && character < ' ') character = ' ';
    return excerpt(body);
}

/// What is wrong with an answer's numbers; empty when nothing is.
std::string numbersDisagreement(const Json& answer, const Exchange& exchange, double tolerance)
{
    for (const auto& [name, expected] : exchange.expected) {
        const auto found = field<double>(answer, name.c_str());
        if (!found) return fmt::format("an answer has no number \"{}\"", name);
        if (!(std::abs(*found - expected) <= tolerance))
            return fmt::format("an answer has the {} {}, expected {}", name, *found, expected);
    }
    return {};
}

} // namespace

OpenLoop::OpenLoop(LoopbackUrl url, const LoadPlan& plan, int orders)
    : url_(std::move(url)),
      plan_(plan),
      orders_(orders),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      connections_(static_cast<std::size_t>(plan.connections))
{
    watchDescriptor(epoll_.get(), timer_.get(), timerPlace, EPOLLIN);
    watchDescriptor(epoll_.get(), orders_, ordersPlace, EPOLLIN);
    for (std::size_t place = 0; place < connections_.size(); ++place)
        free_.push_back(place);
}

OpenLoop::~OpenLoop() = default;

std::vector<OpenLoop::Request> OpenLoop::arrivals(double rate, Seconds length,
                                                  std::uint64_t seed) const
{
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> pause(rate);
    std::vector<Request> all;
    for (double at = pause(random); at < length.count(); at += pause(random))
        all.push_back({Seconds(at), static_cast<std::size_t>(random() % plan_.exchanges.size())});
    return all;
}

void OpenLoop::at(Seconds time, std::function<void()> action)
{
    actionAt_ = time;
    action_ = std::move(action);
}

Seconds OpenLoop::run(double rate, Seconds length, Seconds patience, std::uint64_t seed)
{
    const auto all = arrivals(rate, length, seed);
    const Seconds begin = monotonicNow();
    const Seconds end = begin + length + patience;
    std::size_t next = 0;
    while (true) {
        const Seconds now = monotonicNow();
        for (; next < all.size() && begin + all[next].at <= now; ++next)
            waiting_.push_back({begin + all[next].at, all[next].exchange});
        if (actionAt_ && *actionAt_ <= now) {
            actionAt_.reset();
            action_();
        }
        dispatch();
        const bool allSent = next == all.size() && now >= begin + length;
        if (now >= end || (allSent && waiting_.empty() && free_.size() == connections_.size()))
            break;
        Seconds until = next < all.size() ? begin + all[next].at : begin + length;
        if (until <= now) until = end;
        if (actionAt_) until = std::min(until, *actionAt_);
        wait(until);
    }
    giveUp();
    return begin;
}

/// Until something happens, or that time.
void OpenLoop::wait(Seconds until)
{
    const double whole = std::floor(until.count());
    const itimerspec alarm{
        {0, 0}, {static_cast<time_t>(whole), static_cast<long>((until.count() - whole) * 1e9)}};
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &alarm, nullptr);
    std::array<epoll_event, 64> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        std::uint64_t expired = 0;
        if (event.data.u64 == timerPlace)
            static_cast<void>(::read(timer_.get(), &expired, sizeof expired));
        else if (event.data.u64 == ordersPlace)
            readOrders();
        else
            react(event.data.u64, event.events);
    }
}

void OpenLoop::readOrders()
{
    std::array<char, 4096> buffer;
    const auto count = ::read(orders_, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count <= 0) std::_Exit(hostGone); // nobody wants the answers
    orderText_.append(buffer.data(), static_cast<std::size_t>(count));
    for (auto end = orderText_.find('\n'); end != std::string::npos; end = orderText_.find('\n')) {
        const auto line = orderText_.substr(0, end);
        orderText_.erase(0, end + 1);
        if (onOrder) onOrder(line);
    }
}

void OpenLoop::dispatch()
{
    // Bounded: a request that fails at once frees its connection.
    while (!waiting_.empty() && !free_.empty()) {
        const auto place = free_.front();
        free_.pop_front();
        const auto request = waiting_.front();
        waiting_.pop_front();
        begin(place, request);
    }
}

/// Whether the server has closed a connection since its last answer.
bool OpenLoop::isStale(const Connection& connection) const
{
    char byte = 0;
    const auto count = ::recv(connection.socket.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

void OpenLoop::begin(std::size_t place, const Request& request)
{
    auto& connection = connections_[place];
    connection.request = request;
    connection.response = {};
    connection.unsent = requestText(url_, plan_.exchanges[request.exchange].body);
    if (connection.socket && isStale(connection)) connection.socket.reset();
    if (connection.socket || open(place)) send(place);
}

/// Whether it is connected: if not, it is being connected, or the request has failed.
bool OpenLoop::open(std::size_t place)
{
    auto& connection = connections_[place];
    connection.socket = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(url_.port);
    ::inet_pton(AF_INET, url_.address.c_str(), &address.sin_addr);
    const int on = 1;
    ::setsockopt(connection.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(connection.socket.get(), generic, sizeof address) == 0) {
        watchDescriptor(epoll_.get(), connection.socket.get(), place, EPOLLIN);
        return true;
    }
    if (errno == EINPROGRESS) {
        connection.connecting = true;
        watchDescriptor(epoll_.get(), connection.socket.get(), place, EPOLLOUT);
        return false;
    }
    finish(place, AnswerKind::Failed, "no connection: " + errnoText(errno));
    return false;
}

void OpenLoop::send(std::size_t place)
{
    auto& connection = connections_[place];
    while (!connection.unsent.empty()) {
        const auto count = ::send(connection.socket.get(), connection.unsent.data(),
                                  connection.unsent.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN)
            return watchDescriptor(epoll_.get(), connection.socket.get(), place, EPOLLIN | EPOLLOUT,
                                   EPOLL_CTL_MOD);
        if (count < 0)
            return finish(place, AnswerKind::Failed,
                          "a request was not taken: " + errnoText(errno));
        connection.unsent.erase(0, static_cast<std::size_t>(count));
    }
}

void OpenLoop::react(std::size_t place, std::uint32_t events)
{
    auto& connection = connections_[place];
    if (!connection.socket) return; // closed by an event before this one
    if (connection.connecting) {
        int reason = 0;
        socklen_t size = sizeof reason;
        ::getsockopt(connection.socket.get(), SOL_SOCKET, SO_ERROR, &reason, &size);
        if (reason != 0)
            return finish(place, AnswerKind::Failed, "no connection: " + errnoText(reason));
        connection.connecting = false;
        watchDescriptor(epoll_.get(), connection.socket.get(), place, EPOLLIN, EPOLL_CTL_MOD);
        return send(place);
    }
    if ((events & EPOLLOUT) != 0) {
        watchDescriptor(epoll_.get(), connection.socket.get(), place, EPOLLIN, EPOLL_CTL_MOD);
        send(place);
    }
    if (connection.socket && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(place);
}

void OpenLoop::read(std::size_t place)
{
    auto& connection = connections_[place];
    std::array<char, 16384> buffer;
    const auto count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (!connection.request) return connection.socket.reset(); // nothing was asked
    if (count < 0)
        return finish(place, AnswerKind::Failed, "a connection broke off: " + errnoText(errno));
    const auto state = count == 0 ? connection.response.end()
                                  : connection.response.take(std::string_view(
                                        buffer.data(), static_cast<std::size_t>(count)));
    if (state == HttpResponse::State::Complete) return judge(place);
    if (state == HttpResponse::State::Bad)
        return finish(place, AnswerKind::Wrong, "an answer is none: " + connection.response.why());
    if (count == 0)
        finish(place, AnswerKind::Failed,
               connection.response.hasBegun() ? "an answer broke off"
                                              : "a connection was closed without an answer");
}

void OpenLoop::judge(std::size_t place)
{
    const auto& response = connections_[place].response;
    const auto& exchange = plan_.exchanges[connections_[place].request->exchange];
    if (response.status() != 200) {
        // 503: there is nobody to answer, which a server may say.
        const bool failed = response.status() == 503 || failuresExpected_;
        return finish(
            place, failed ? AnswerKind::Failed : AnswerKind::Wrong,
            fmt::format("an answer is HTTP {}: {}", response.status(), shownBody(response.body())));
    }
    const auto json = parseJson(response.body(), JsonBounds{.depth = 4, .values = 1000});
    if (!json || !json->is_object())
        return finish(place, AnswerKind::Wrong,
                      "an answer is no JSON object: " + shownBody(response.body()));
    const auto replica = fieldOr<std::int64_t>(*json, "replica", 0);
    auto why = numbersDisagreement(*json, exchange, plan_.tolerance);
    const auto kind = why.empty() ? AnswerKind::Right : AnswerKind::Wrong;
    finish(place, kind, std::move(why), replica);
}

void OpenLoop::finish(std::size_t place, AnswerKind kind, std::string why, std::int64_t replica)
{
    auto& connection = connections_[place];
    const bool kept = !connection.unsent.empty() ? false : connection.response.keepsAlive();
    const bool answered = connection.response.status() != 0 && connection.response.why().empty();
    if (!(answered && kept) || kind == AnswerKind::Failed) connection.socket.reset();
    connection.connecting = false;
    connection.unsent.clear();
    const auto request = std::exchange(connection.request, std::nullopt);
    free_.push_back(place);
    onAnswer({kind, request->at, monotonicNow(), replica, std::move(why)});
}

void OpenLoop::giveUp()
{
    for (std::size_t place = 0; place < connections_.size(); ++place) {
        if (!connections_[place].request) continue;
        connections_[place].socket.reset();
        finish(place, AnswerKind::Unfinished, "no answer came");
    }
    for (const auto& request : std::exchange(waiting_, {}))
        onAnswer({AnswerKind::Unfinished, request.at, monotonicNow(), 0, "no answer came"});
}

} // namespace spillway
