#include "data/row_collector.h"

#include "data/csv_decimals.h"
#include "data/text_encoding.h"

#include <algorithm>

namespace spillway {

RowCollector::RowCollector(const ColumnSelection& selection, const CsvFormat& format)
    : format_(format),
      plainNumbers_(format.decimal == '.' && !format.missing),
      plainTexts_(format.encoding == TextEncoding::Utf8 && !format.missing),
      values_(std::make_unique<double[]>(selection.numeric.size() * RowBatch::capacity)),
      missing_(selection.numeric.size())
{
    for (std::size_t i = 0; i < selection.numeric.size(); ++i) {
        double* const values = values_.get() + i * RowBatch::capacity;
        columns_.push_back(values);
        slots_.push_back({.column = selection.numeric[i], .output = i, .values = values});
    }
    if (selection.text) {
        slots_.push_back({.column = *selection.text, .text = true});
        texts_.resize(RowBatch::capacity);
    }
    std::ranges::stable_sort(slots_, {}, &Slot::column);
}

void RowCollector::start(RowSink& sink)
{
    sink_ = &sink;
    rows_ = 0;
    made_.clear();
    std::ranges::fill(missing_, 0);
}

void RowCollector::flush()
{
    if (rows_ == 0) return;
    const std::span<const std::string_view> texts(texts_);
    sink_->onRows(
        {.rows = rows_, .numeric = columns_, .text = texts.first(texts.empty() ? 0 : rows_)});
    rows_ = 0;
    made_.clear();
}

std::optional<std::size_t> RowCollector::add(const char* data, std::span<const FieldSpan> fields)
{
    if (rows_ == RowBatch::capacity) flush();
    for (const Slot& slot : slots_) {
        const FieldSpan& span = fields[slot.column];
        std::string_view content(data + span.begin, span.end - span.begin);
        if (span.escaped) content = made_.emplace_back(unescaped(content, format_.quote));
        if (slot.text)
            texts_[rows_] = plainTexts_ ? content : text(content, span.quoted);
        else if (!addNumber(slot, rows_, content))
            return slot.column;
    }
    ++rows_;
    return {};
}

std::size_t RowCollector::room()
{
    if (rows_ == RowBatch::capacity) flush();
    return RowBatch::capacity - rows_;
}

std::size_t RowCollector::readPlaced(const char* data)
{
    std::size_t good = placed_;
    for (const Slot& slot : slots_)
        if (!slot.text) good = readNumbers(slot, data, good);
    if (!plainTexts_ && !texts_.empty())
        for (std::size_t i = rows_; i < rows_ + good; ++i)
            texts_[i] = text(texts_[i], false);
    rows_ += good;
    placed_ = 0;
    return good;
}

/// One column of the first `rows` rows that were placed, up to a field that is no number; tells how
/// many.
std::size_t RowCollector::readNumbers(const Slot& slot, const char* data, std::size_t rows)
{
    double* const values = slot.values + rows_;
    if (plainNumbers_)
        parsePlainDecimals(data, slot.begins.data(), slot.ends.data(), rows, values);
    else
        std::fill_n(values, rows, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < rows; ++i) {
        if (values[i] == values[i]) [[likely]]
            continue;
        const std::size_t length = slot.ends[i] - slot.begins[i];
        if (!addNumber(slot, rows_ + i, {data + slot.begins[i], length})) return i;
    }
    return rows;
}

/// The text of a field in a format whose texts are not simply what lies in the file.
std::string_view RowCollector::text(std::string_view content, bool quoted)
{
    if (format_.encoding != TextEncoding::Utf8 && !isAscii(content))
        content = made_.emplace_back(toUtf8(content, format_.encoding));
    const bool missing = format_.missing && !quoted && isMissingWord(content, &*format_.missing);
    return missing ? std::string_view() : content;
}

NumberFormat RowCollector::numbers() const
{
    return {.decimal = format_.decimal, .missing = format_.missing ? &*format_.missing : nullptr};
}

/// A number in any form. False when it is none.
bool RowCollector::addNumber(const Slot& slot, std::size_t row, std::string_view content)
{
    const ParsedNumber number = parseNumber(content, numbers());
    if (number.kind == ParsedNumber::Kind::Garbage) return false;
    slot.values[row] = number.value;
    missing_[slot.output] += number.kind == ParsedNumber::Kind::Missing;
    return true;
}

} // namespace spillway
