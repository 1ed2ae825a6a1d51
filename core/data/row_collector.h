#pragma once

#include "data/csv_number.h"
#include "data/csv_rows.h"
#include "data/csv_scanner.h"

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Decodes the selected fields of rows and passes them to a sink, a batch at a time. Text is passed
/// as UTF-8; missing text, which exists only in formats with their own words, as the empty text.
class RowCollector {
public:
    RowCollector(const ColumnSelection& selection, const CsvFormat& format);

    void start(RowSink& sink);
    /// Passes on the batch. Required before the text that views point into moves, and at the end.
    void flush();
    /// Per selected numeric column, since start().
    const std::vector<std::int64_t>& missing() const { return missing_; }

    /// Appends a row whose fields lie in `data`. Returns the column whose content is not a number,
    /// in which case nothing was appended.
    std::optional<std::size_t> add(const char* data, std::span<const FieldSpan> fields);

    /// Rows without quotes, field by field as in `data`, which has the padding of CsvWindow around
    /// it: first each row is placed, then all of them are parsed at once. Plain positions, since
    /// the compiler would pass a FieldSpan through memory in this hottest loop.
    ///
    /// A row that starts at `row` and whose fields end at `ends`. There must be room().
    void placePlain(const char* data, std::size_t row, const std::uint32_t* ends)
    {
        for (Slot& slot : slots_) {
            const std::size_t begin =
                slot.column == 0 ? row : ends[slot.column - 1] + std::size_t(1);
            const std::size_t end = ends[slot.column];
            if (slot.text) {
                texts_[rows_ + placed_] = {data + begin, end - begin};
                continue;
            }
            slot.begins[placed_] = static_cast<std::uint32_t>(begin);
            slot.ends[placed_] = static_cast<std::uint32_t>(end);
        }
        ++placed_;
    }
    /// Parses the rows that were placed, up to one with a field that is not a number; returns how
    /// many.
    std::size_t readPlaced(const char* data);
    /// How many rows may be placed now, at least one: a full batch is passed on first.
    std::size_t room();

private:
    struct Slot {
        std::size_t column = 0;
        std::size_t output = 0; ///< index of the batch's numeric column
        bool text = false;
        double* values = nullptr;
        std::array<std::uint32_t, RowBatch::capacity> begins{}; ///< of the rows placed
        std::array<std::uint32_t, RowBatch::capacity> ends{};
    };
    bool addNumber(const Slot& slot, std::size_t row, std::string_view content);
    std::size_t readNumbers(const Slot& slot, const char* data, std::size_t rows);
    std::string_view text(std::string_view content, bool quoted);
    NumberFormat numbers() const;

    CsvFormat format_;
    bool plainNumbers_; ///< parsePlainDecimals() reads them as parseNumber() does
    bool plainTexts_;   ///< text is taken from the file unchanged
    RowSink* sink_ = nullptr;
    std::size_t rows_ = 0;
    std::size_t placed_ = 0;  ///< rows after those, not yet read
    std::vector<Slot> slots_; ///< in file order
    std::unique_ptr<double[]> values_;
    std::vector<const double*> columns_;
    std::vector<std::string_view> texts_;
    std::deque<std::string> made_; ///< owns converted texts
    std::vector<std::int64_t> missing_;
};

} // namespace spillway
