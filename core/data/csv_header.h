#pragma once

#include "data/csv_rows.h"
#include "data/dataset.h"
#include "data/file_stamp.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// The beginning of a file, parsed with the same grammar as all other rows.
struct CsvHeader {
    /// Empty when the format has no header row. In UTF-8 and unique: see columnNames().
    std::vector<std::string> names;
    /// Where the row after the header starts; without one, where the lines to be read start.
    Bytes dataBegin = 0;
};

/// Reads the header row (after the lines that the format skips; blank lines and comments before it
/// are skipped, as everywhere). DataUnreadable when the file cannot be opened, is empty, has a
/// malformed header, or is not UTF-8 compatible text (UTF-16, binary).
Result<CsvHeader> readHeader(const std::filesystem::path& path, const CsvFormat& format);

/// The first `limit` bytes of a file, or all of it. DataUnreadable when it cannot be read, is
/// empty, or is not UTF-8 compatible text. A byte order mark is kept.
Result<std::string> readBeginning(const std::filesystem::path& path, Bytes limit);

/// The names that the fields of a header row give the columns: decoded, an empty one replaced
/// (pandas writes its index under an empty name), a repeated one followed by the next free number:
/// a, a_2.
std::vector<std::string> columnNames(std::vector<std::string> fields, TextEncoding encoding);

/// Where the line after the first `count` lines of `text` starts; nothing when it has fewer.
std::optional<std::size_t> afterLines(std::string_view text, std::int64_t count);

/// The name of a column without one: "column1" for the first.
std::string unnamedColumn(std::size_t position);

/// Length of the UTF-8 byte order mark at the start of `text`: 3 or 0.
Bytes byteOrderMarkLength(std::string_view text);

/// The error for a malformed row: file, byte offset, line, column, expectation.
Error malformed(const std::filesystem::path& path, Bytes offset, std::int64_t line,
                std::size_t column, const std::string& expectation);

} // namespace spillway
