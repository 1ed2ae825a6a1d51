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

/// Decodes the selected fields of rows and hands them to a sink, a batch at a time. Texts are
/// handed over in UTF-8; a missing one, which only a format with words of its own has, as the empty
/// text.
class RowCollector {
public:
    RowCollector(const ColumnSelection& selection, const CsvFormat& format);

    void start(RowSink& sink);
    /// Hands over the batch. Needed before the text that views point into moves, and at the end.
    void flush();
    /// Per selected numeric column, since start().
    const std::vector<std::int64_t>& missing() const { return missing_; }

    /// Appends a row whose fields lie in `data`. Returns the column whose content is no number, in
    /// which case nothing was appended.
    std::optional<std::size_t> add(const char* data, std::span<const FieldSpan> fields);

    /// Rows without quotes, field by field as they lie in `data`, which has the padding of
    /// CsvWindow around it: first each row is placed, then all of them are read at once. Bare
    /// positions, since the compiler would pass a FieldSpan through memory, in the hottest loop
    /// there is.
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
    /// Takes the rows that were placed, up to one with a field that is no number; tells how many.
    std::size_t readPlaced(const char* data);
    /// How many rows may be placed now, at least one: a full batch is handed over.
    std::size_t room();

private:
    struct Slot {
        std::size_t column = 0;
        std::size_t output = 0; ///< which numeric column of the batch
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
    bool plainTexts_;   ///< they are what lies in the file
    RowSink* sink_ = nullptr;
    std::size_t rows_ = 0;
    std::size_t placed_ = 0;  ///< rows after those, not yet read
    std::vector<Slot> slots_; ///< in file order
    std::unique_ptr<double[]> values_;
    std::vector<const double*> columns_;
    std::vector<std::string_view> texts_;
    std::deque<std::string> made_; ///< owns the texts that are not in the file as they are
    std::vector<std::int64_t> missing_;
};

} // namespace spillway
