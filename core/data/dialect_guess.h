#pragma once

#include "data/csv_rows.h"
#include "data/schema_guess.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// The beginning of a file without byte order mark and skipped lines.
struct Sample {
    std::string_view text;
    bool whole = false;     ///< it reaches the end of the file
    Bytes offset = 0;       ///< of the text in the file
    std::int64_t lines = 0; ///< before it
};

/// The sample, parsed with one dialect.
struct Reading {
    CsvFormat format;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> begins; ///< of each row, in the sample
    std::vector<std::size_t> lines;  ///< line breaks in the sample before each row
    std::size_t quoted = 0;          ///< fields in quotes
    std::optional<RowFault> fault;
    /// Fraction of rows with as many fields as the first, if it has at least two; halved by a
    /// malformed row.
    double fit = 0;

    std::size_t width() const { return rows.empty() ? 0 : rows.front().size(); }
};

/// The reading that fits best: delimiter, quote, comment and decimal mark. `hints` take precedence;
/// `format` has what was determined before. DataUnreadable when two delimiters fit equally well.
Result<Reading> bestReading(const Sample& sample, const CsvFormat& format,
                            const SchemaHints& hints);

/// Whether the first row names the columns; nothing when that cannot be determined from the sample.
std::optional<bool> guessHeader(const Reading& reading);

/// The delimiter of a first line such as "sep=;", which spreadsheets write and read; nothing when
/// it is another line.
std::optional<char> delimiterLine(std::string_view text);

/// UTF-8 if the text is valid UTF-8; otherwise windows-1252 when a byte is used only there, else
/// Latin-1. `bad` is the position of the first byte that is not UTF-8.
TextEncoding guessEncoding(std::string_view text, std::size_t bad);

/// "comma", "semicolon", "tab", "pipe", or the character in quotes.
std::string delimiterName(char delimiter);

} // namespace spillway
