#include "data/csv_text_reader.h"

#include "data/csv_index.h"

#include <algorithm>

namespace spillway {

CsvTextReader::CsvTextReader(std::string_view text, bool final, const CsvFormat& format,
                             std::size_t columns)
    : text_(text), size_(text.size()), final_(final), format_(format), parser_(format, columns)
{
    constexpr std::size_t padding = 64;
    text_.resize(size_ + padding);
    marks_.resize(size_ + padding);
    const char quote = format.quote == '\0' ? format.delimiter : format.quote;
    marks_.resize(indexStructure(text_.data(), 0, size_, format.delimiter, quote, marks_.data()));
}

std::optional<std::vector<std::string>> CsvTextReader::next()
{
    const CsvText text{.data = text_.data(), .size = size_, .marks = marks_, .final = final_};
    while (position_ < size_) {
        const auto outcome = parser_.parse(text, position_, mark_);
        if (outcome == RowParser::Outcome::NeedMore) {
            incomplete_ = true;
            return {};
        }
        if (outcome == RowParser::Outcome::Fault) {
            fault_ = parser_.fault();
            fault_->lines += lines_;
            return {};
        }
        rowBegin_ = position_;
        rowLine_ = lines_;
        position_ = parser_.next();
        mark_ = parser_.nextMark();
        lines_ += parser_.lines();
        if (outcome == RowParser::Outcome::Row) return strings();
    }
    return {};
}

std::size_t CsvTextReader::quotedFields() const
{
    return static_cast<std::size_t>(std::ranges::count_if(parser_.fields(), &FieldSpan::quoted));
}

std::vector<std::string> CsvTextReader::strings() const
{
    std::vector<std::string> row;
    row.reserve(parser_.fields().size());
    for (const FieldSpan& span : parser_.fields()) {
        const std::string_view content(text_.data() + span.begin, span.end - span.begin);
        row.push_back(span.escaped ? unescaped(content, format_.quote) : std::string(content));
    }
    return row;
}

} // namespace spillway
