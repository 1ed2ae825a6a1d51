#pragma once

#include "data/csv_rows.h"
#include "data/dataset.h"
#include "data/file_stamp.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// The beginning of a file: its first rows are read with the same grammar as all others.
struct CsvHeader {
    /// Empty when the format has no header row. A column without a name gets one: see
    /// unnamedColumn().
    std::vector<std::string> names;
    Bytes dataBegin =
        0; ///< where the row after the header starts; after a byte order mark otherwise
};

/// Reads the header row (blank lines before it are skipped, as everywhere). DataUnreadable when the
/// file is out of reach, empty, malformed in its header, or no UTF-8 text (UTF-16, binary).
Result<CsvHeader> readHeader(const std::filesystem::path& path, const CsvFormat& format);

/// The first `limit` bytes of a file, or all of it. DataUnreadable when it cannot be read, is
/// empty, or is no UTF-8 compatible text. A byte order mark is kept.
Result<std::string> readBeginning(const std::filesystem::path& path, Bytes limit);

/// What a column without a name is called: "column1" for the first.
std::string unnamedColumn(std::size_t position);

/// Length of the UTF-8 byte order mark at the start of `text`: 3 or 0.
Bytes byteOrderMarkLength(std::string_view text);

/// The error for a malformed row: file, byte offset, line, column, expectation.
Error malformed(const std::filesystem::path& path, Bytes offset, std::int64_t line,
                std::size_t column, const std::string& expectation);

} // namespace spillway
