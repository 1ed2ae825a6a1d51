#include "data/row_collector.h"

#include <algorithm>

namespace spillway {

RowCollector::RowCollector(const ColumnSelection& selection, char quote)
    : quote_(quote),
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
    unescaped_.clear();
    std::ranges::fill(missing_, 0);
}

void RowCollector::flush()
{
    if (rows_ == 0) return;
    const std::span<const std::string_view> texts(texts_);
    sink_->onRows(
        {.rows = rows_, .numeric = columns_, .text = texts.first(texts.empty() ? 0 : rows_)});
    rows_ = 0;
    unescaped_.clear();
}

std::optional<std::size_t> RowCollector::add(const char* data, std::span<const FieldSpan> fields)
{
    if (rows_ == RowBatch::capacity) flush();
    for (const Slot& slot : slots_) {
        const FieldSpan& span = fields[slot.column];
        std::string_view content(data + span.begin, span.end - span.begin);
        if (span.escaped) content = unescaped_.emplace_back(unescaped(content, quote_));
        if (slot.text)
            texts_[rows_] = content;
        else if (!addNumber(slot, content))
            return slot.column;
    }
    ++rows_;
    return {};
}

/// A number in any form. False when it is none.
bool RowCollector::addNumber(const Slot& slot, std::string_view content)
{
    const ParsedNumber number = parseNumber(content);
    if (number.kind == ParsedNumber::Kind::Garbage) return false;
    slot.values[rows_] = number.value;
    missing_[slot.output] += number.kind == ParsedNumber::Kind::Missing;
    return true;
}

} // namespace spillway
