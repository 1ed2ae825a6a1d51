#pragma once

#include "base/units.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What the files of a table are.
enum class FileFormat { Csv, Parquet };
/// "csv", "parquet".
std::string_view name(FileFormat format);

/// The types of CSV's columns are guessed, and only the first three; a Parquet file says its own.
enum class ColumnType {
    Integer, ///< every sampled value is a whole number; read as a float64 where a number is needed
    Real,
    Text,
    Boolean,
    Date,
    Timestamp ///< without a zone, microseconds
};
/// "integer", "real", "text", "boolean", "date", "timestamp".
std::string_view name(ColumnType type);
/// Nothing for another name.
std::optional<ColumnType> columnTypeFromName(std::string_view name);
/// Whether means and products can be taken of it.
bool isNumber(ColumnType type);

struct Column {
    std::string name;
    ColumnType type = ColumnType::Text;

    bool operator==(const Column&) const = default;
};

/// Character encoding of a file. All are supersets of ASCII, so they affect only names and text,
/// never the structure of a file.
enum class TextEncoding { Utf8, Latin1, Windows1252 };
/// "utf-8", "latin-1", "windows-1252".
std::string_view name(TextEncoding encoding);
/// The encoding of a name, in any letter case and also by its other usual names ("iso-8859-1",
/// "cp1252"); nothing when it is not supported.
std::optional<TextEncoding> encodingFromName(std::string_view name);

/// How to read a delimited file (RFC 4180 with these characters).
struct CsvFormat {
    char delimiter = ',';
    char quote = '"';   ///< '\0': the file has no quoting, a quote is an ordinary character
    bool header = true; ///< the first row names the columns
    /// Lines that begin with this byte are skipped, anywhere; '\0': there are none.
    char comment = '\0';
    std::int64_t skipRows = 0; ///< lines to skip at the start of each file
    char decimal = '.';        ///< between whole and fraction of a number
    TextEncoding encoding = TextEncoding::Utf8;
    /// Words for a missing value that replace the standard ones (csv_number.h). They apply to
    /// numbers and to unquoted text; nothing: the standard words for numbers, none for text.
    std::optional<std::vector<std::string>> missing;

    bool operator==(const CsvFormat&) const = default;
};

struct Schema {
    CsvFormat format;            ///< of CSV
    std::vector<Column> columns; ///< in file order
    FileFormat files = FileFormat::Csv;
    /// Of Parquet: the columns that the names of its folders tell ("year=2024"), outermost first;
    /// each is one of `columns`, and the files are as many folders below their table's own.
    std::vector<std::string> folders;

    bool operator==(const Schema&) const = default;
    /// Position of a column by name.
    std::optional<std::size_t> find(std::string_view name) const;
    /// Says what is wrong with it: no columns, a name twice, delimiter equal to quote, a folder
    /// that is no column, …
    Result<void> validate() const;
};

/// A table of a dataset that has named ones: consecutive files of Dataset::paths.
struct DataTable {
    std::string name;      ///< a letter or _, then letters, digits and _
    std::size_t files = 1; ///< how many of the dataset's paths, after those of the tables before
    Schema schema;
    std::optional<std::int64_t> rows; ///< when known
    Bytes bytes = 0;

    bool operator==(const DataTable&) const = default;
};

/// One dataset: one or more files of one format with the same columns, read one after the other; or
/// several tables, for work that joins them.
struct Dataset {
    std::string name;                         ///< what tables and charts call it
    std::vector<std::filesystem::path> paths; ///< absolute, in reading order, of all tables
    Schema schema;                            ///< of several tables, that of the first
    std::optional<std::int64_t> rows; ///< known from a manifest or a full pass; of one table
    Bytes bytes = 0;                  ///< sum of the file sizes
    std::string fingerprint; ///< of the content, and of a reading other than the guessed one
    /// Empty: all files are one table, which a query calls "data".
    std::vector<DataTable> tables;
    /// Fingerprint of the dataset of which this one is a copy in another format; empty: of none.
    std::string origin;

    bool operator==(const Dataset&) const = default;
};

/// The fingerprint under which runs on the dataset are compared: its origin's, so that formats of
/// the same data stand side by side.
const std::string& originOf(const Dataset& dataset);
/// Of all its tables; Csv when they differ.
FileFormat formatOf(const Dataset& dataset);

/// In place of data, for work that reads none: no files, called "this machine". Plans, sessions and
/// comparisons have it like any other dataset; plan files and the window's list leave it out.
const Dataset& noData();
bool isNoData(const Dataset& dataset);

} // namespace spillway
