#include "native/load/http_response.h"

#include <algorithm>
#include <charconv>

namespace spillway {
namespace {

constexpr std::size_t longestHead = std::size_t(16) << 10;
constexpr std::size_t longestBody = std::size_t(64) << 10;

std::string lowered(std::string_view text)
{
    std::string found(text);
    for (char& character : found)
        if (character >= 'A' && character <= 'Z') character = static_cast<char>(character + 32);
    return found;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

/// The whole of `text`, or nothing.
std::optional<std::size_t> wholeNumber(std::string_view text, int base)
{
    std::size_t number = 0;
    const auto [end, reason] =
        std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (text.empty() || reason != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

} // namespace

HttpResponse::State HttpResponse::bad(std::string why)
{
    why_ = std::move(why);
    return State::Bad;
}

void HttpResponse::readField(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto name = lowered(line.substr(0, colon));
    const auto value = lowered(trimmed(line.substr(colon + 1)));
    if (name == "content-length") {
        length_ = wholeNumber(value, 10);
        if (!length_) why_ = "its Content-Length is no number";
    }
    if (name == "transfer-encoding") chunked_ = value.find("chunked") != std::string::npos;
    if (name == "connection" && value.find("close") != std::string::npos) keepsAlive_ = false;
    if (name == "connection" && value.find("keep-alive") != std::string::npos) keepsAlive_ = true;
}

bool HttpResponse::readHead()
{
    const auto end = text_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    bodyBegin_ = end + 4;
    const auto head = std::string_view(text_).substr(0, end);
    const auto first = head.substr(0, head.find("\r\n"));
    // "HTTP/1.1 200 OK"
    const auto status = first.size() >= 12 ? wholeNumber(first.substr(9, 3), 10) : std::nullopt;
    if (!first.starts_with("HTTP/1.") || first[8] != ' ' || !status) {
        why_ = "it does not begin as an answer in HTTP/1.1";
        return true;
    }
    status_ = static_cast<int>(*status);
    keepsAlive_ = first[7] == '1';
    for (auto rest = head.substr(std::min(first.size() + 2, head.size())); !rest.empty();) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        readField(line);
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    }
    return true;
}

HttpResponse::State HttpResponse::readChunks()
{
    std::string_view rest = std::string_view(text_).substr(bodyBegin_);
    body_.clear();
    while (true) {
        const auto end = rest.find("\r\n");
        if (end == std::string_view::npos) return State::Incomplete;
        const auto size = wholeNumber(trimmed(rest.substr(0, std::min(end, rest.find(';')))), 16);
        if (!size || *size > longestBody) return bad("a chunk has no size");
        rest.remove_prefix(end + 2);
        if (*size == 0) {
            if (rest.size() < 2) return State::Incomplete;
            return rest == "\r\n" ? State::Complete : bad("more follows than one answer");
        }
        if (rest.size() < *size + 2) return State::Incomplete;
        body_ += rest.substr(0, *size);
        rest.remove_prefix(*size + 2);
    }
}

HttpResponse::State HttpResponse::readBody()
{
    if (text_.size() - bodyBegin_ > longestBody) return bad("it is longer than 64 KiB");
    if (chunked_) return readChunks();
    if (!length_) {
        keepsAlive_ = false; // until the connection ends
        return State::Incomplete;
    }
    const auto arrived = text_.size() - bodyBegin_;
    if (arrived < *length_) return State::Incomplete;
    if (arrived > *length_) return bad("more follows than one answer");
    body_ = text_.substr(bodyBegin_);
    return State::Complete;
}

HttpResponse::State HttpResponse::take(std::string_view bytes)
{
    text_ += bytes;
    if (bodyBegin_ == 0 && !readHead())
        return text_.size() > longestHead ? bad("its head is longer than 16 KiB")
                                          : State::Incomplete;
    if (!why_.empty()) return State::Bad;
    return readBody();
}

HttpResponse::State HttpResponse::end()
{
    keepsAlive_ = false;
    if (bodyBegin_ == 0 || length_ || chunked_) return State::Incomplete;
    body_ = text_.substr(bodyBegin_);
    return State::Complete;
}

} // namespace spillway
