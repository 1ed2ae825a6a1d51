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

/// How the bytes of a file stand for characters. All are supersets of ASCII, so that they matter to
/// names and texts only, never to the structure of a file.
enum class TextEncoding { Utf8, Latin1, Windows1252 };
/// "utf-8", "latin-1", "windows-1252".
std::string_view name(TextEncoding encoding);
/// The encoding of a name, in any letter case and also by its other usual names ("iso-8859-1",
/// "cp1252"); nothing when it is none that is read.
std::optional<TextEncoding> encodingFromName(std::string_view name);

/// How the bytes of a delimited file are to be read (RFC 4180 with the stated characters).
struct CsvFormat {
    char delimiter = ',';
    char quote = '"';   ///< '\0': the file has no quoting, a quote is an ordinary character
    bool header = true; ///< the first row names the columns
    /// A line whose first byte this is, is skipped, wherever it stands; '\0': there are none.
    char comment = '\0';
    std::int64_t skipRows = 0; ///< lines at the start of each file that are not looked at
    char decimal = '.';        ///< between whole and fraction of a number
    TextEncoding encoding = TextEncoding::Utf8;
    /// Words that stand for a missing value, in place of the standard ones (csv_number.h). They
    /// hold for numbers, and for texts that are not in quotes; nothing: numbers have the standard
    /// words, texts none.
    std::optional<std::vector<std::string>> missing;

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
    std::string fingerprint;          ///< of the content, and of a reading that is not the guessed

    bool operator==(const Dataset&) const = default;
};

} // namespace spillway
