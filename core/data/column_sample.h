#pragma once

#include "data/csv_number.h"
#include "data/schema_guess.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What sampled values of one column tell about its type.
struct ColumnSample {
    bool any = false;                     ///< there is a number
    bool whole = true;                    ///< all numbers are
    bool decimalSeen = false;             ///< one has a fraction that cannot be groups of thousands
    std::optional<std::size_t> firstText; ///< the row with the first value that is no number

    void add(const std::string& value, std::size_t row, const NumberFormat& numbers);
    /// A column without any value is text, which can never be wrong.
    ColumnType type() const;
};

/// The column in the rows from `from` on.
ColumnSample sampleColumn(const std::vector<std::vector<std::string>>& rows, std::size_t from,
                          std::size_t column, const NumberFormat& numbers);

NumberFormat numberFormat(const CsvFormat& format);

/// What samples all over a file say beyond its beginning.
struct FurtherSamples {
    std::vector<ColumnSample> columns;
    std::vector<std::optional<TextValue>> texts; ///< a column's first value that is no number
    std::optional<Bytes> badUtf8;                ///< offset of a byte that is no UTF-8
    TextEncoding encoding = TextEncoding::Utf8;  ///< guessed where that byte is
};

/// Looks at rows in `pieces` of a file at evenly spaced offsets behind its first `from` bytes. A
/// piece is taken to begin outside quotes and counts up to the first row that is not as wide as
/// `columns`, so that one which begins inside hardly counts.
Result<FurtherSamples> sampleFurther(const std::filesystem::path& path, Bytes from, Bytes size,
                                     const CsvFormat& format, std::size_t columns);

} // namespace spillway
