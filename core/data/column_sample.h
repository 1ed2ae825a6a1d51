#pragma once

#include "data/csv_number.h"
#include "data/schema_guess.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What sampled values of one column say about its type.
struct ColumnSample {
    bool any = false;         ///< there is a number
    bool whole = true;        ///< all numbers are
    bool decimalSeen = false; ///< one has a fraction that cannot be a thousands separator
    std::optional<std::size_t> firstText; ///< the row with the first value that is not a number

    void add(const std::string& value, std::size_t row, const NumberFormat& numbers);
    /// A column without any value is text, which can never be wrong.
    ColumnType type() const;
};

/// Samples the column in the rows from `from` on.
ColumnSample sampleColumn(const std::vector<std::vector<std::string>>& rows, std::size_t from,
                          std::size_t column, const NumberFormat& numbers);

NumberFormat numberFormat(const CsvFormat& format);

/// What samples spread over a file say beyond its beginning.
struct FurtherSamples {
    std::vector<ColumnSample> columns;
    std::vector<std::optional<TextValue>> texts; ///< a column's first value that is not a number
    std::optional<Bytes> badUtf8;                ///< offset of a byte that is not UTF-8
    TextEncoding encoding = TextEncoding::Utf8;  ///< guessed from that byte
};

/// Samples rows in `pieces` of a file at evenly spaced offsets after its first `from` bytes. A
/// piece is assumed to begin outside quotes and counts up to the first row with a wrong number of
/// fields, so that one that begins inside quotes hardly counts.
Result<FurtherSamples> sampleFurther(const std::filesystem::path& path, Bytes from, Bytes size,
                                     const CsvFormat& format, std::size_t columns);

} // namespace spillway
