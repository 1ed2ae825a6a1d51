#include "data/part_types.h"

#include "data/column_sample.h"
#include "data/csv_header.h"
#include "data/csv_text_reader.h"
#include "data/text_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

constexpr Bytes allParts = Bytes(64) << 20;
constexpr Bytes leastOfAPart = Bytes(4) << 10;
constexpr Bytes mostOfAPart = Bytes(1) << 20;

/// What one file says of each column.
struct PartSample {
    std::vector<ColumnSample> columns;
    std::vector<TextValue> texts; ///< with the first value that is no number, where there is one
};

Result<PartSample> samplePart(const std::filesystem::path& path, Bytes limit, const Schema& schema)
{
    const CsvFormat& format = schema.format;
    PartSample sample{std::vector<ColumnSample>(schema.columns.size()),
                      std::vector<TextValue>(schema.columns.size())};
    const auto text = readBeginning(path, limit);
    if (!text) return text.error();
    const auto mark = static_cast<std::size_t>(byteOrderMarkLength(*text));
    const auto skipped = afterLines(std::string_view(*text).substr(mark), format.skipRows);
    if (!skipped) return sample; // none of its rows is in what was read
    const std::size_t begin = mark + *skipped;
    CsvTextReader reader(std::string_view(*text).substr(begin),
                         static_cast<Bytes>(text->size()) < limit, format, schema.columns.size());
    if (format.header) reader.next();
    const NumberFormat numbers = numberFormat(format);
    // A malformed row ends it: the pass before the first run says what is wrong with it.
    while (const auto row = reader.next())
        for (std::size_t i = 0; i < row->size(); ++i) {
            ColumnSample& column = sample.columns[i];
            const bool before = column.firstText.has_value();
            column.add((*row)[i], reader.rowLine(), numbers);
            if (before || !column.firstText) continue;
            const FieldSpan& field = reader.fields()[i];
            sample.texts[i] = {.value = quotedExcerpt(toUtf8((*row)[i], format.encoding)),
                               .offset = static_cast<Bytes>(begin + field.begin),
                               .line = format.skipRows +
                                       static_cast<std::int64_t>(reader.rowLine()) +
                                       static_cast<std::int64_t>(field.lines) + 1,
                               .file = path.filename().string()};
        }
    return sample;
}

/// Columns about which something is still open, and what was noted already.
class Join {
public:
    Join(const SchemaHints& hints, SchemaGuess& guess) : hints_(hints), guess_(guess)
    {
        for (const auto& column : guess.schema.columns)
            if (column.type == ColumnType::Text && !guess.textValues.contains(column.name))
                empty_.insert(column.name);
    }

    void add(const PartSample& part)
    {
        for (std::size_t i = 0; i < part.columns.size(); ++i)
            if (!hints_.types.contains(guess_.schema.columns[i].name))
                add(guess_.schema.columns[i], part.columns[i], part.texts[i]);
    }

private:
    void add(Column& column, const ColumnSample& sample, const TextValue& text)
    {
        if (!sample.any && !sample.firstText) return;
        if (empty_.erase(column.name) > 0) {
            column.type = sample.type();
            if (sample.firstText) guess_.textValues[column.name] = text;
            return;
        }
        if (column.type == ColumnType::Text) return;
        if (sample.any && !sample.whole) column.type = ColumnType::Real;
        if (!sample.firstText || !noted_.insert(column.name).second) return;
        guess_.notes.push_back(fmt::format(
            "{} is read as numbers, but {}, line {}, byte {} holds {} (--column {}=text)",
            column.name, text.file, *text.line, text.offset, text.value, column.name));
    }

    const SchemaHints& hints_;
    SchemaGuess& guess_;
    std::set<std::string> empty_; ///< without a value so far
    std::set<std::string> noted_;
};

} // namespace

Result<void> joinPartTypes(const std::vector<std::filesystem::path>& files,
                           const SchemaHints& hints, SchemaGuess& guess)
{
    if (files.size() < 2) return {};
    const auto count = static_cast<Bytes>(files.size());
    const Bytes limit = std::clamp(allParts / count, leastOfAPart, mostOfAPart);
    const auto before = typesNote(guess.schema, hints);
    Join join(hints, guess);
    for (const auto& file : files) {
        const auto part = samplePart(file, limit, guess.schema);
        if (!part) return part.error();
        join.add(*part);
    }
    const auto now = typesNote(guess.schema, hints);
    if (before && now) std::ranges::replace(guess.notes, *before, *now);
    return {};
}

} // namespace spillway
