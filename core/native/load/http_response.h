#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// An answer in HTTP/1.1 as it arrives in pieces. Its body ends by Content-Length, by chunks, or
/// with the connection. Bounded: a head of 16 KiB, a body of 64 KiB.
class HttpResponse {
public:
    enum class State { Incomplete, Complete, Bad };

    State take(std::string_view bytes);
    /// The server has closed the connection.
    State end();

    bool hasBegun() const { return !text_.empty(); }
    int status() const { return status_; }
    const std::string& body() const { return body_; }
    /// Whether the connection takes another request.
    bool keepsAlive() const { return keepsAlive_; }
    const std::string& why() const { return why_; } ///< it is Bad

private:
    State bad(std::string why);
    bool readHead();
    void readField(std::string_view line);
    State readBody();
    State readChunks();

    std::string text_;
    std::size_t bodyBegin_ = 0; ///< in text_; 0 as long as the head is incomplete
    int status_ = 0;
    std::optional<std::size_t> length_;
    bool chunked_ = false;
    bool keepsAlive_ = true;
    std::string body_;
    std::string why_;
};

} // namespace spillway
