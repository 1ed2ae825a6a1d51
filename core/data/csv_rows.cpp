#include "data/csv_rows.h"

#include "data/text_encoding.h"

#include <fmt/format.h>

#include <utility>

namespace spillway {

RowParser::RowParser(const CsvFormat& format, std::size_t columns)
    : delimiter_(format.delimiter),
      quote_(format.quote),
      quoting_(format.quote != '\0'),
      comment_(format.comment),
      columns_(columns)
{
}

RowParser::Outcome RowParser::parse(const CsvText& text, std::size_t start, std::size_t mark)
{
    text_ = text;
    position_ = start;
    mark_ = mark;
    lines_ = 0;
    sawQuote_ = false;
    fields_.clear();
    if (comment_ != '\0' && start < text.size && text.data[start] == comment_) return comment();
    while (true) {
        const Stop stop = field();
        if (stop != Stop::Delimiter) return finish(stop);
        if (fields_.size() == columns_) {
            fail(position_, lines_, columns_ + 1, fmt::format("{} columns, found more", columns_));
            return Outcome::Fault;
        }
        ++position_;
        ++mark_;
    }
}

/// A comment up to the end of its line. What is malformed everywhere is so here, too.
RowParser::Outcome RowParser::comment()
{
    fields_.push_back({.begin = static_cast<std::uint32_t>(position_)});
    for (; mark_ < text_.marks.size(); ++mark_) {
        const std::uint32_t at = text_.marks[mark_];
        const char byte = text_.data[at];
        if (byte != '\n' && byte != '\r' && byte != '\0') continue;
        const Stop stop = stopAt(at);
        if (stop == Stop::NeedMore) return Outcome::NeedMore;
        if (stop == Stop::Fault) return Outcome::Fault;
        const std::size_t width = byte == '\r' ? 2 : 1;
        position_ += width;
        mark_ += width;
        ++lines_;
        return Outcome::Blank;
    }
    if (!text_.final) return Outcome::NeedMore;
    position_ = text_.size;
    return Outcome::Blank;
}

RowParser::Outcome RowParser::finish(Stop stop)
{
    if (stop == Stop::NeedMore) return Outcome::NeedMore;
    if (stop == Stop::Fault) return Outcome::Fault;
    const FieldSpan& first = fields_.front();
    const bool blank = fields_.size() == 1 && first.begin == first.end && !first.quoted;
    if (!blank && fields_.size() < columns_) {
        fail(position_, lines_, fields_.size() + 1,
             fmt::format("{} columns, found {}", columns_, fields_.size()));
        return Outcome::Fault;
    }
    if (stop == Stop::LineEnd) {
        const std::size_t width = text_.data[position_] == '\r' ? 2 : 1;
        position_ += width;
        mark_ += width;
        ++lines_;
    }
    return blank ? Outcome::Blank : Outcome::Row;
}

RowParser::Stop RowParser::field()
{
    if (position_ < text_.size && isQuote(text_.data[position_])) return quotedField();
    return plainField();
}

RowParser::Stop RowParser::plainField()
{
    const auto begin = static_cast<std::uint32_t>(position_);
    const auto lines = static_cast<std::uint32_t>(lines_);
    for (; mark_ < text_.marks.size(); ++mark_) {
        const std::uint32_t at = text_.marks[mark_];
        const char byte = text_.data[at];
        if (byte == delimiter_ || byte == '\n' || byte == '\r' || byte == '\0') {
            fields_.push_back({.begin = begin, .end = at, .lines = lines});
            return stopAt(at);
        }
        sawQuote_ |= isQuote(byte);
    }
    if (!text_.final) return Stop::NeedMore;
    position_ = text_.size;
    fields_.push_back(
        {.begin = begin, .end = static_cast<std::uint32_t>(text_.size), .lines = lines});
    return Stop::FileEnd;
}

/// A delimiter, line end or NUL at `at`, which ends the field just stored.
RowParser::Stop RowParser::stopAt(std::size_t at)
{
    position_ = at;
    const char byte = text_.data[at];
    if (byte == delimiter_) return Stop::Delimiter;
    if (byte == '\n') return Stop::LineEnd;
    if (byte == '\0') return fail(at, lines_, fields_.size(), "text, found a NUL byte");
    if (at + 1 == text_.size && !text_.final) return Stop::NeedMore;
    if (at + 1 < text_.size && text_.data[at + 1] == '\n') return Stop::LineEnd;
    return fail(at, lines_, fields_.size(), "LF or CRLF as line end, found a lone CR");
}

RowParser::Stop RowParser::quotedField()
{
    const std::size_t opening = position_;
    const std::size_t linesBefore = lines_;
    FieldSpan span{.begin = static_cast<std::uint32_t>(opening + 1),
                   .lines = static_cast<std::uint32_t>(lines_),
                   .quoted = true};
    sawQuote_ = true;
    for (++mark_; mark_ < text_.marks.size(); ++mark_) {
        const std::uint32_t at = text_.marks[mark_];
        const char byte = text_.data[at];
        if (byte == quote_) {
            if (at + 1 == text_.size && !text_.final) return Stop::NeedMore;
            span.end = at;
            if (at + 1 == text_.size || text_.data[at + 1] != quote_) {
                fields_.push_back(span);
                return afterQuote(at);
            }
            span.escaped = true;
            ++mark_;
        } else if (byte == '\0') {
            return fail(at, lines_, fields_.size() + 1, "text, found a NUL byte");
        } else if (byte == '\n') {
            ++lines_;
        }
    }
    if (!text_.final) return Stop::NeedMore;
    return fail(opening, linesBefore, fields_.size() + 1,
                "a closing quote before the end of the file");
}

RowParser::Stop RowParser::afterQuote(std::size_t closing)
{
    ++mark_;
    position_ = closing + 1;
    if (position_ == text_.size) return Stop::FileEnd;
    const char byte = text_.data[position_];
    if (byte == delimiter_ || byte == '\n' || byte == '\r' || byte == '\0')
        return stopAt(position_);
    return fail(position_, lines_, fields_.size(),
                "a delimiter or the end of the line after the closing quote, found " +
                    quotedExcerpt({&byte, 1}));
}

RowParser::Stop RowParser::fail(std::size_t position, std::size_t lines, std::size_t column,
                                std::string expectation)
{
    fault_ = {.position = position,
              .lines = lines,
              .column = column,
              .expectation = std::move(expectation)};
    return Stop::Fault;
}

std::string unescaped(std::string_view content, char quote)
{
    std::string text;
    text.reserve(content.size());
    for (std::size_t i = 0; i < content.size(); ++i) {
        text.push_back(content[i]);
        if (content[i] == quote) ++i;
    }
    return text;
}

std::string quotedExcerpt(std::string_view text)
{
    constexpr std::size_t longest = 40;
    const auto continues = [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
    };
    std::size_t length = std::min(text.size(), longest);
    while (length > 0 && length < text.size() && continues(text[length]))
        --length;
    // In invalid UTF-8 only ASCII is certain.
    const bool utf8 = firstBadUtf8(text.substr(0, length)) == length;
    std::string excerpt = "\"";
    for (const char byte : text.substr(0, length)) {
        const auto code = static_cast<unsigned char>(byte);
        if (code < 0x20 || code == 0x7f || (code >= 0x80 && !utf8))
            excerpt += fmt::format("\\x{:02x}", code);
        else
            excerpt.push_back(byte);
    }
    return excerpt + (length < text.size() ? "…\"" : "\"");
}

} // namespace spillway
