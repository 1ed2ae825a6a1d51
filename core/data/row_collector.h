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

/// Decodes the selected fields of rows and hands them to a sink, a batch at a time.
class RowCollector {
public:
    explicit RowCollector(const ColumnSelection& selection, char quote);

    void start(RowSink& sink);
    /// Hands over the batch. Needed before the text that views point into moves, and at the end.
    void flush();
    /// Per selected numeric column, since start().
    const std::vector<std::int64_t>& missing() const { return missing_; }

    /// Appends a row. `field(column)` gives a FieldSpan in `data`, with the padding of CsvWindow
    /// around it. Returns the column whose content is no number, in which case nothing was
    /// appended.
    template <class Field>
    std::optional<std::size_t> add(const char* data, const Field& field)
    {
        if (rows_ == RowBatch::capacity) flush();
        for (const Slot& slot : slots_) {
            const FieldSpan span = field(slot.column);
            if (!slot.text) {
                const auto plain = parsePlainDecimal(data + span.begin, data + span.end);
                if (plain)
                    slot.values[rows_] = *plain;
                else if (!addOther(slot, data, span))
                    return slot.column;
            } else if (span.escaped) {
                texts_[rows_] = unescapedView(data, span);
            } else {
                texts_[rows_] = {data + span.begin, span.end - span.begin};
            }
        }
        ++rows_;
        return {};
    }

private:
    struct Slot {
        std::size_t column = 0;
        std::size_t output = 0; ///< which numeric column of the batch
        bool text = false;
        double* values = nullptr;
    };
    bool addOther(const Slot& slot, const char* data, const FieldSpan& span);
    std::string_view unescapedView(const char* data, const FieldSpan& span);

    char quote_;
    RowSink* sink_ = nullptr;
    std::size_t rows_ = 0;
    std::vector<Slot> slots_; ///< in file order
    std::unique_ptr<double[]> values_;
    std::vector<const double*> columns_;
    std::vector<std::string_view> texts_;
    std::deque<std::string> unescaped_; ///< owns the texts that are not in the file as they are
    std::vector<std::int64_t> missing_;
};

} // namespace spillway
