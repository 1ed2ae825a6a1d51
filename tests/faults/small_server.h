#pragma once

#include "base/files.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <thread>
#include <vector>

/// A server in HTTP for tests: a thread a connection, answers that a function makes.
namespace spillway::test {

/// On loopback, at a port that is free.
inline UniqueFd listenOnLoopback()
{
    UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(listener.get(), generic, sizeof address) != 0 || ::listen(listener.get(), 128) != 0)
        return {};
    return listener;
}

inline std::string urlOf(const UniqueFd& listener)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
}

inline std::string httpText(const std::string& status, const std::string& body)
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// What goes back for a request's body; an empty text closes the connection.
using Respond = std::function<std::string(const std::string& body)>;

/// Until the connection ends. Requests have a Content-Length, as those of the load generator.
inline void answerConnection(UniqueFd connection, const Respond& respond)
{
    std::string text;
    std::array<char, 4096> buffer;
    while (true) {
        const auto count = ::recv(connection.get(), buffer.data(), buffer.size(), 0);
        if (count <= 0) return;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        const auto head = text.find("\r\n\r\n");
        if (head == std::string::npos) continue;
        const std::string field = "Content-Length: ";
        const auto length = std::stoul(text.substr(text.find(field) + field.size()));
        if (text.size() < head + 4 + length) continue;
        const auto answer = respond(text.substr(head + 4, length));
        text.erase(0, head + 4 + length);
        if (answer.empty()) return;
        if (::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    }
}

/// Until the listener is shut down.
inline void answerAll(int listener, const Respond& respond)
{
    std::vector<std::jthread> threads;
    while (true) {
        UniqueFd connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        if (!connection) return;
        threads.emplace_back([&respond, held = std::move(connection)]() mutable {
            answerConnection(std::move(held), respond);
        });
    }
}

/// In threads of the test. Its clients have to be gone before it is.
class SmallServer {
public:
    explicit SmallServer(Respond respond)
        : respond_(std::move(respond)),
          listener_(listenOnLoopback()),
          thread_([this] { answerAll(listener_.get(), respond_); })
    {
    }
    ~SmallServer() { ::shutdown(listener_.get(), SHUT_RDWR); }
    SmallServer(const SmallServer&) = delete;
    SmallServer& operator=(const SmallServer&) = delete;

    std::string url() const { return urlOf(listener_); }

private:
    Respond respond_;
    UniqueFd listener_;
    std::jthread thread_; ///< last, so that it ends first
};

} // namespace spillway::test
