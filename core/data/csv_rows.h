#pragma once

#include "data/dataset.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// A row longer than this is malformed. It bounds the memory that an unclosed quote can cost.
inline constexpr Bytes maxRowBytes = Bytes(16) << 20;

/// Part of a file in memory with the positions that indexStructure() found in all of it.
struct CsvText {
    const char* data = nullptr;
    std::size_t size = 0;
    std::span<const std::uint32_t> marks;
    bool final = false; ///< the file ends at data + size
};

/// One field of a row: its content lies in [begin, end), without the quotes around it.
struct FieldSpan {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t lines = 0; ///< line breaks in the row before this field
    bool quoted = false;
    bool escaped = false; ///< holds doubled quotes: see unescaped()
};

/// What is wrong with a row, and where.
struct RowFault {
    std::size_t position = 0; ///< of the first wrong byte, in CsvText
    std::size_t lines = 0;    ///< line breaks in the row before it
    std::size_t column = 0;   ///< 1-based
    std::string expectation;
};

/// The one definition of our CSV grammar: RFC 4180 with these decisions.
/// - A line ends with LF or CRLF; the last needs none. A CR that no LF follows is malformed outside
///   quotes and ordinary inside.
/// - A quote opens a field only as its very first byte; elsewhere in an unquoted field it is
/// ordinary,
///   as in Python's csv and pandas. After the closing quote only a delimiter or the line's end may
///   come.
/// - A line without any byte is skipped. A line of spaces is a row of one field.
/// - A line whose first byte is the comment character is skipped, whatever else is in it, quotes
///   too. Within a quoted field no line is a comment.
/// - NUL is malformed everywhere: such a file is not text.
/// Faults are found from left to right, so the first one decides.
class RowParser {
public:
    enum class Outcome { Row, Blank, NeedMore, Fault };

    /// `columns`: number of fields of each row; 0 accepts any number.
    RowParser(const CsvFormat& format, std::size_t columns);

    /// Reads the row that starts at `start`, whose first mark at or after `start` is marks[mark].
    /// NeedMore: the text ends before the row does (never when it is final).
    Outcome parse(const CsvText& text, std::size_t start, std::size_t mark);

    /// After Row: one entry a column.
    const std::vector<FieldSpan>& fields() const { return fields_; }
    /// After Row and Blank (comments count as blank): where the next row starts, and its first
    /// mark.
    std::size_t next() const { return position_; }
    std::size_t nextMark() const { return mark_; }
    /// Line breaks in the row, its own end included.
    std::size_t lines() const { return lines_; }
    bool sawQuote() const { return sawQuote_; }
    const RowFault& fault() const { return fault_; }

private:
    enum class Stop { Delimiter, LineEnd, FileEnd, NeedMore, Fault };
    Outcome comment();
    Stop field();
    Stop plainField();
    Stop quotedField();
    Stop afterQuote(std::size_t closing);
    Stop stopAt(std::size_t at);
    Outcome finish(Stop stop);
    Stop fail(std::size_t position, std::size_t lines, std::size_t column, std::string expectation);
    bool isQuote(char byte) const { return quoting_ && byte == quote_; }

    char delimiter_;
    char quote_;
    bool quoting_;
    char comment_; ///< '\0': there are none
    std::size_t columns_;
    CsvText text_;
    std::size_t position_ = 0;
    std::size_t mark_ = 0;
    std::size_t lines_ = 0;
    bool sawQuote_ = false;
    std::vector<FieldSpan> fields_;
    RowFault fault_;
};

/// Content of an escaped field: each doubled quote made one.
std::string unescaped(std::string_view content, char quote);

/// `text` for an error message: at most 40 bytes, in double quotes, control bytes, and bytes that
/// are not UTF-8, as \xNN.
std::string quotedExcerpt(std::string_view text);

} // namespace spillway
