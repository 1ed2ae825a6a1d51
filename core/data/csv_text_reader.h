#pragma once

#include "data/csv_rows.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Rows of a text in memory, as strings: for headers, previews and guessing.
class CsvTextReader {
public:
    /// `text` begins at the start of a row. `final`: the file ends where the text does; otherwise
    /// an incomplete last row is left out.
    CsvTextReader(std::string_view text, bool final, const CsvFormat& format,
                  std::size_t columns = 0);

    /// The next row; nothing at the end, at an incomplete row, and at a fault. Blank lines are
    /// skipped.
    std::optional<std::vector<std::string>> next();
    /// Set when next() returned nothing because the row is malformed. Positions are relative to the
    /// text.
    const std::optional<RowFault>& fault() const { return fault_; }
    /// Where the next row starts, and how many line breaks come before it.
    std::size_t position() const { return position_; }
    std::size_t lines() const { return lines_; }
    /// Where the last row starts, and how many line breaks come before it.
    std::size_t rowBegin() const { return rowBegin_; }
    std::size_t rowLine() const { return rowLine_; }
    /// Where its fields lie, in the text.
    const std::vector<FieldSpan>& fields() const { return parser_.fields(); }
    /// Fields of the last row that were in quotes.
    std::size_t quotedFields() const;
    /// The text ended before a row did.
    bool incomplete() const { return incomplete_; }

private:
    std::vector<std::string> strings() const;

    std::string text_; ///< followed by readable bytes, as indexStructure() requires
    std::size_t size_;
    bool final_;
    CsvFormat format_;
    std::vector<std::uint32_t> marks_;
    RowParser parser_;
    std::size_t position_ = 0;
    std::size_t mark_ = 0;
    std::size_t lines_ = 0;
    std::size_t rowBegin_ = 0;
    std::size_t rowLine_ = 0;
    bool incomplete_ = false;
    std::optional<RowFault> fault_;
};

} // namespace spillway
