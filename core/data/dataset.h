#pragma once

#include "base/units.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

enum class ColumnType {
    Integer, ///< every sampled value is a whole number; read as a float64 where a number is needed
    Real,
    Text
};

struct Column {
    std::string name;
    ColumnType type = ColumnType::Text;

    bool operator==(const Column&) const = default;
};

/// How the bytes of a delimited file are to be read (RFC 4180 with the stated characters).
struct CsvFormat {
    char delimiter = ',';
    char quote = '"';   ///< '\0': the file has no quoting, a quote is an ordinary character
    bool header = true; ///< the first row names the columns

    bool operator==(const CsvFormat&) const = default;
};

struct Schema {
    CsvFormat format;
    std::vector<Column> columns; ///< in file order

    bool operator==(const Schema&) const = default;
    /// Position of a column by name.
    std::optional<std::size_t> find(std::string_view name) const;
    /// What is wrong with it in words: no columns, a name twice, delimiter equal to quote, …
    Result<void> validate() const;
};

/// One dataset: one or more CSV files with the same columns, read one after the other.
struct Dataset {
    std::string name;                         ///< what tables and charts call it
    std::vector<std::filesystem::path> paths; ///< absolute, in reading order
    Schema schema;
    std::optional<std::int64_t> rows; ///< known from a manifest or a full pass
    Bytes bytes = 0;                  ///< sum of the file sizes
    std::string fingerprint;          ///< identity of the content, see fingerprint.h

    bool operator==(const Dataset&) const = default;
};

} // namespace spillway
