#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// Cuts a stream of bytes into lines, holding at most one line and one chunk of input in memory,
/// however much is fed. Once a line exceeds the limit the reader has overflowed: it drops its
/// content, accepts no input and returns no more lines.
class LineReader {
public:
    explicit LineReader(std::size_t maxLine) : maxLine_(maxLine) {}

    void append(std::string_view bytes);
    /// The next whole line without its line break; valid until the next call of either function.
    std::optional<std::string_view> next();
    /// What followed the last line break, once the stream has ended; empty when nothing did.
    std::string_view rest() const;
    bool overflowed() const { return overflowed_; }

private:
    std::size_t maxLine_;
    std::string buffer_;
    std::size_t begin_ = 0;   ///< of the line that is next
    std::size_t scanned_ = 0; ///< up to here there is no line break after begin_
    bool overflowed_ = false;
};

/// The last `limit` bytes of a stream.
class TailBuffer {
public:
    explicit TailBuffer(std::size_t limit) : limit_(limit) {}

    void append(std::string_view bytes);
    /// Without control characters and terminal sequences; bytes that are not UTF-8 are kept.
    std::string plainText() const;

private:
    std::size_t limit_;
    std::string bytes_; ///< up to twice the limit, so that appending stays cheap
};

/// The last line of `text` that is not blank, cut to 200 bytes; empty when there is none.
std::string lastLine(std::string_view text);

} // namespace spillway
