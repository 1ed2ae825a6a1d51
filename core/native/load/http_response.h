#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace spillway {

/// An answer in HTTP/1.1 as it arrives in pieces. Its body ends by Content-Length, by chunks, or
/// with the connection. Bounded: a head of 16 KiB, a body of 64 KiB.
class HttpResponse {
public:
    enum class State { Incomplete, Complete, Bad };

    HttpResponse();
    ~HttpResponse();
    HttpResponse(HttpResponse&&) noexcept;
    HttpResponse& operator=(HttpResponse&&) noexcept;

    State take(std::string_view bytes);
    /// The server has closed the connection.
    State end();

    bool hasBegun() const { return begun_; }
    int status() const; ///< 0 before the head is complete
    const std::string& body() const;
    /// Whether the connection takes another request.
    bool keepsAlive() const;
    const std::string& why() const { return why_; } ///< it is Bad

private:
    struct Parser; // Boost.Beast's, which only one source has to compile

    State bad(std::string why);

    std::unique_ptr<Parser> parser_;
    std::string untaken_; ///< the parser waits for what follows it
    bool begun_ = false;
    std::string why_;
};

} // namespace spillway
