#include "data/column_facts.h"

#include "base/files.h"
#include "data/column_sample.h"
#include "data/csv_header.h"
#include "data/csv_text_reader.h"
#include "data/file_stamp.h"
#include "data/text_encoding.h"

#include <fcntl.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace spillway {
namespace {

constexpr Bytes factsBeginning = Bytes(1) << 20;
constexpr Bytes factsPieces = 16;
constexpr Bytes factsPieceBytes = Bytes(64) << 10;
constexpr std::size_t longestShown = 40;

/// Counts the values of one column.
class ColumnTally {
public:
    ColumnTally(const Column& column, const CsvFormat& format)
        : number_(isNumber(column.type)), format_(format)
    {
    }

    void add(const std::string& value)
    {
        ++facts_.sampled;
        const auto parsed = parseNumber(value, numberFormat(format_));
        const bool missing =
            number_ || format_.missing ? parsed.kind == ParsedNumber::Kind::Missing : value.empty();
        if (missing) {
            ++facts_.missing;
            return;
        }
        ++counts_[value];
        if (number_ && parsed.kind == ParsedNumber::Kind::Number)
            addNumber(parsed.value, value);
        else if (!number_)
            addText(value);
    }

    ColumnFacts facts(std::optional<std::int64_t> total) const
    {
        ColumnFacts facts = facts_;
        const auto once =
            std::ranges::count_if(counts_, [](const auto& counted) { return counted.second == 1; });
        const auto values = static_cast<double>(facts.sampled - facts.missing);
        const auto seen = static_cast<std::int64_t>(counts_.size());
        facts.complete = total && *total <= facts.sampled;
        facts.allDifferent = values > 1 && once == seen;
        facts.distinct = seen;
        if (!facts.complete && total && facts.sampled > 0) {
            // Values that came once stand for others that were not seen.
            const double whole = static_cast<double>(*total) / static_cast<double>(facts.sampled);
            const double estimate = facts.allDifferent
                                        ? values * whole
                                        : std::sqrt(whole) * static_cast<double>(once) +
                                              static_cast<double>(seen - once);
            facts.distinct = std::llround(estimate);
        }
        facts.least = shownValue(least_);
        facts.greatest = shownValue(greatest_);
        return facts;
    }

private:
    void addNumber(double number, const std::string& value)
    {
        if (least_.empty() || number < low_) {
            low_ = number;
            least_ = value;
        }
        if (greatest_.empty() || number > high_) {
            high_ = number;
            greatest_ = value;
        }
    }

    void addText(const std::string& value)
    {
        if (least_.empty() || value < least_) least_ = value;
        if (greatest_.empty() || value > greatest_) greatest_ = value;
    }

    std::string shownValue(const std::string& value) const
    {
        if (value.size() <= longestShown) return toUtf8(value, format_.encoding);
        // The encoding may be UTF-8: no character is cut in two.
        std::size_t end = longestShown;
        while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U)
            --end;
        return toUtf8(value.substr(0, end), format_.encoding) + "…";
    }

    bool number_;
    CsvFormat format_;
    ColumnFacts facts_;
    std::unordered_map<std::string, std::int64_t> counts_;
    double low_ = 0;
    double high_ = 0;
    std::string least_;
    std::string greatest_;
};

class Tallies {
public:
    explicit Tallies(const Schema& schema) : format_(schema.format)
    {
        columns_.reserve(schema.columns.size());
        for (const Column& column : schema.columns)
            columns_.emplace_back(column, format_);
    }

    void add(const std::vector<std::string>& row)
    {
        ++rows_;
        for (std::size_t i = 0; i < std::min(row.size(), columns_.size()); ++i)
            columns_[i].add(row[i]);
    }

    /// Rows of a text that begins with one; how many bytes they took. `columns`: of each row, 0 for
    /// any number.
    std::size_t addRows(std::string_view text, bool final, std::size_t columns)
    {
        CsvTextReader reader(text, final, format_, columns);
        while (const auto row = reader.next())
            add(*row);
        return reader.position();
    }

    std::int64_t rows() const { return rows_; }

    std::vector<ColumnFacts> facts(std::optional<std::int64_t> total) const
    {
        std::vector<ColumnFacts> all;
        for (const ColumnTally& column : columns_)
            all.push_back(column.facts(total));
        return all;
    }

private:
    CsvFormat format_;
    std::vector<ColumnTally> columns_;
    std::int64_t rows_ = 0;
};

/// Evenly spread over what comes after the beginning; each from the first line break on.
Result<void> addPieces(const std::filesystem::path& file, Bytes size, std::size_t columns,
                       Tallies& tallies)
{
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return unreadable("Cannot read " + file.string() + ".");
    Bytes end = factsBeginning; // of what was looked at: no row counts twice
    for (Bytes i = 0; i < factsPieces; ++i) {
        const Bytes even =
            factsBeginning +
            std::max<Bytes>(0, size - factsBeginning - factsPieceBytes) * i / (factsPieces - 1);
        const Bytes offset = std::max(even, end);
        if (offset >= size) break;
        end = offset + factsPieceBytes;
        std::string text(static_cast<std::size_t>(std::min(factsPieceBytes, size - offset)), '\0');
        const auto read = readAt(fd.get(), text, offset);
        if (!read) return unreadable(file.string() + ": " + read.error().message);
        text.resize(*read);
        const auto begin = text.find('\n');
        if (begin == std::string::npos) continue;
        // One that begins inside quotes hardly counts.
        tallies.addRows(std::string_view(text).substr(begin + 1), false, columns);
    }
    return {};
}

} // namespace

std::vector<ColumnFacts> columnFactsOf(const std::vector<std::vector<std::string>>& rows,
                                       const Schema& schema, std::optional<std::int64_t> total)
{
    Tallies tallies(schema);
    for (const auto& row : rows)
        tallies.add(row);
    return tallies.facts(total);
}

Result<std::vector<ColumnFacts>> columnFacts(const std::filesystem::path& file,
                                             const Schema& schema)
{
    const auto stamp = stampOf(file);
    if (!stamp) return stamp.error();
    const auto header = readHeader(file, schema.format);
    if (!header) return header.error();
    const auto text = readBeginning(file, factsBeginning);
    if (!text) return text.error();
    Tallies tallies(schema);
    const auto begin = static_cast<std::size_t>(header->dataBegin);
    if (begin > text->size()) return tallies.facts(std::nullopt);
    const bool whole = static_cast<Bytes>(text->size()) < factsBeginning;
    const std::size_t read = tallies.addRows(std::string_view(*text).substr(begin), whole, 0);
    if (whole) return tallies.facts(tallies.rows());
    const auto perRow =
        static_cast<double>(read) / static_cast<double>(std::max<std::int64_t>(1, tallies.rows()));
    const auto rows = static_cast<std::int64_t>(
        static_cast<double>(stamp->size - header->dataBegin) / std::max(1.0, perRow));
    if (auto added = addPieces(file, stamp->size, schema.columns.size(), tallies); !added)
        return added.error();
    return tallies.facts(rows);
}

} // namespace spillway
