#include "host/line_reader.h"

namespace spillway {
namespace {

constexpr char escape = '\x1b';

/// Position after the terminal sequence that begins at `at` (ECMA-48: ESC [ parameters final).
std::size_t afterSequence(std::string_view text, std::size_t at)
{
    ++at;
    if (at >= text.size() || text[at] != '[') return at;
    ++at;
    while (at < text.size() && text[at] >= 0x20 && text[at] < 0x40)
        ++at;
    return at < text.size() ? at + 1 : at;
}

} // namespace

void LineReader::append(std::string_view bytes)
{
    if (overflowed_) return;
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    buffer_.append(bytes);
}

std::optional<std::string_view> LineReader::next()
{
    if (overflowed_) return std::nullopt;
    const auto end = buffer_.find('\n', scanned_);
    const auto length = (end == std::string::npos ? buffer_.size() : end) - begin_;
    if (length > maxLine_) {
        overflowed_ = true;
        buffer_ = {};
        begin_ = scanned_ = 0;
        return std::nullopt;
    }
    if (end == std::string::npos) {
        scanned_ = buffer_.size();
        return std::nullopt;
    }
    const auto line = std::string_view(buffer_).substr(begin_, length);
    begin_ = scanned_ = end + 1;
    return line;
}

std::string_view LineReader::rest() const
{
    return std::string_view(buffer_).substr(begin_);
}

void TailBuffer::append(std::string_view bytes)
{
    if (bytes.size() > limit_) bytes.remove_prefix(bytes.size() - limit_);
    bytes_.append(bytes);
    if (bytes_.size() > 2 * limit_) bytes_.erase(0, bytes_.size() - limit_);
}

std::string TailBuffer::plainText() const
{
    std::string_view text = bytes_;
    if (text.size() > limit_) text.remove_prefix(text.size() - limit_);
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == escape) {
            at = afterSequence(text, at);
            continue;
        }
        const bool control = (c >= 0 && c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
        if (!control) plain += c;
        ++at;
    }
    return plain;
}

std::string lastLine(std::string_view text)
{
    const auto end = text.find_last_not_of(" \t\n");
    if (end == std::string_view::npos) return {};
    text = text.substr(0, end + 1);
    const auto begin = text.find_last_of('\n');
    if (begin != std::string_view::npos) text.remove_prefix(begin + 1);
    return std::string(text.substr(0, 200));
}

} // namespace spillway
