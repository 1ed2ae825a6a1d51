#include "generator/table_resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace spillway::cells {
namespace {

constexpr std::int64_t mostRows = 1'000'000'000'000;
constexpr double mostUnits = 9e18; ///< below 2^63

/// In quotes where a reader would not take it as it is: the empty text, too, for an empty field is
/// a missing value.
std::string quotedWord(const std::string& word, char delimiter)
{
    const bool plain = !word.empty() && word.front() != ' ' && word.back() != ' ' &&
                       word.find(delimiter) == std::string::npos &&
                       word.find_first_of("\"\r\n") == std::string::npos;
    if (plain) return word;
    std::string text = "\"";
    for (const char c : word)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

std::vector<std::int64_t> summed(const std::vector<std::int64_t>& lengths)
{
    std::vector<std::int64_t> ends;
    std::int64_t end = 0;
    for (const auto length : lengths)
        ends.push_back(end += length);
    return ends;
}

/// The random numbers up to which each word is meant.
std::vector<std::uint64_t> thresholds(const std::vector<double>& weights)
{
    double total = 0;
    for (const double weight : weights)
        total += weight;
    std::vector<std::uint64_t> below;
    double sum = 0;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
        sum += weights[i];
        below.push_back(static_cast<std::uint64_t>(std::min(sum / total, 1 - 0x1p-53) * 0x1p64));
    }
    return below; // beyond the last threshold: the last word
}

double unitOf(int decimals)
{
    return std::pow(10.0, decimals);
}

/// Whether it takes no random numbers.
bool isFixed(const Source& source)
{
    return std::holds_alternative<Sequence>(source) || std::holds_alternative<List>(source) ||
           std::holds_alternative<Children>(source) || std::holds_alternative<Position>(source) ||
           std::holds_alternative<Lookup>(source) || std::holds_alternative<Copy>(source);
}

/// Resolves the columns of a set one after the other, and keeps the first thing that is wrong.
class Resolver {
public:
    Resolver(const TableSetSpec& spec, std::int64_t rows) : spec_(spec), rows_(rows) {}

    Result<std::vector<Table>> run()
    {
        for (const TableSpec& table : spec_.tables) {
            begin(table);
            for (const TableColumnSpec& column : table.columns)
                add(column);
        }
        if (wrong_) return *wrong_;
        return std::move(tables_);
    }

private:
    void begin(const TableSpec& spec)
    {
        column_.clear();
        tables_.push_back({.name = spec.name,
                           .rows = std::max<std::int64_t>(1, spec.rows.of(rows_)),
                           .delimiter = spec.delimiter,
                           .repeats = spec.repeats,
                           .repeatsStream = streamOf(spec.name, "repeats of rows"),
                           .seed = spec_.seed,
                           .columns = {}});
        require(tables_.back().rows <= mostRows,
                fmt::format("{} rows are more than {}", tables_.back().rows, mostRows));
        tables_.back().columns.reserve(spec.columns.size());
    }

    void add(const TableColumnSpec& spec)
    {
        column_ = spec.name;
        Column column{.name = spec.name,
                      .source = {},
                      .form = {},
                      .stream = streamOf(table().name, spec.name),
                      .nulls = spec.nulls,
                      .own = spec.own,
                      .hidden = spec.hidden};
        column.source =
            std::visit([&](const auto& kind) { return sourceOf(kind, column.form); }, spec.kind);
        column.draws = !isFixed(column.source) || spec.nulls > 0;
        if (spec.text) {
            require(column.form.type == TableType::Integer && !column.form.prefixed,
                    "\"text\" is for whole numbers");
            column.form.prefixed = true;
            column.form.prefix = spec.text->prefix;
            column.form.digits = spec.text->digits;
        }
        require(spec.nulls <= 0 || writtenColumns() > 1,
                "the only column of a table cannot have missing values: such rows would be blank");
        table().columns.push_back(std::move(column));
    }

    std::ptrdiff_t writtenColumns() const
    {
        return std::ranges::count(spec_.tables[tables_.size() - 1].columns, false,
                                  &TableColumnSpec::hidden);
    }

    Source sourceOf(const column::Sequence& kind, Form&)
    {
        Sequence source{.from = kind.from.of(rows_), .step = kind.step, .rows = table().rows};
        if (kind.shuffled) source.shuffled = streamOf(table().name, column_) | 1;
        return source;
    }

    Source sourceOf(const column::Integer& kind, Form&)
    {
        const auto low = kind.low.of(rows_);
        const auto high = kind.high.of(rows_);
        require(low <= high, fmt::format("from {} to {} there is no number", low, high));
        return Uniform{.low = low, .span = static_cast<std::uint64_t>(high - low) + 1};
    }

    Source sourceOf(const column::Real& kind, Form& form)
    {
        form = {.type = TableType::Real, .decimals = kind.decimals};
        const double unit = unitOf(kind.decimals);
        const auto low = std::llround(kind.low * unit);
        Uniform source{.low = low,
                       .span =
                           static_cast<std::uint64_t>(std::llround(kind.high * unit) - low) + 1};
        if (kind.times.empty()) return source;
        source.times = true;
        source.base = before(kind.times, TableType::Integer, "whole numbers");
        const auto* factor = wrong_ ? nullptr : std::get_if<Uniform>(&sourceAt(source.base));
        require(factor != nullptr, fmt::format("\"{}\" is not of the kind integer", kind.times));
        if (!factor) return source;
        const double most =
            std::max(std::abs(kind.low), std::abs(kind.high)) * unit *
            (std::abs(static_cast<double>(factor->low)) + static_cast<double>(factor->span));
        require(most < mostUnits, "the products have too many digits");
        return source;
    }

    Source sourceOf(const column::Normal& kind, Form& form)
    {
        form = {.type = TableType::Real, .decimals = kind.decimals};
        const double unit = unitOf(kind.decimals);
        Normal source{.mean = kind.mean * unit, .deviation = kind.deviation * unit, .means = {}};
        if (kind.by.empty()) return source;
        source.by = before(kind.by, TableType::Text, "text");
        const auto* choice = wrong_ ? nullptr : std::get_if<Choice>(&sourceAt(source.by));
        require(choice && choice->words + choice->earlier == kind.means.size(),
                fmt::format("\"{}\" is not a choice of as many words as there are means", kind.by));
        for (const double mean : kind.means)
            source.means.push_back(mean * unit);
        return source;
    }

    Source sourceOf(const column::List& kind, Form& form)
    {
        List source;
        if (!kind.integer) form.type = TableType::Text;
        for (const auto& text : kind.values) {
            if (kind.integer) {
                std::int64_t number = 0;
                std::from_chars(text.data(), text.data() + text.size(), number);
                source.values.push_back(number);
            } else {
                source.values.push_back(static_cast<std::int64_t>(form.words.size()));
                form.words.push_back(quotedWord(text, table().delimiter));
            }
        }
        return source;
    }

    Source sourceOf(const column::Choice& kind, Form& form)
    {
        form.type = TableType::Text;
        Choice source{.below = thresholds(kind.weights), .words = kind.words.size()};
        for (const auto& word : kind.words)
            form.words.push_back(quotedWord(word, table().delimiter));
        if (kind.until.empty()) return source;
        source.until = before(kind.until, TableType::Date, "dates");
        source.day = kind.day;
        source.earlier = kind.earlier.size();
        for (const auto& word : kind.earlier)
            form.words.push_back(quotedWord(word, table().delimiter));
        return source;
    }

    Source sourceOf(const column::Date& kind, Form& form)
    {
        form.type = TableType::Date;
        Uniform source{.low = kind.low,
                       .span = static_cast<std::uint64_t>(kind.high - kind.low) + 1};
        if (!kind.after.empty()) source.base = before(kind.after, TableType::Date, "dates");
        return source;
    }

    Source sourceOf(const column::Timestamp& kind, Form& form)
    {
        form.type = TableType::Timestamp;
        return Rising{.low = kind.low,
                      .step = static_cast<double>(kind.high - kind.low) /
                              static_cast<double>(table().rows)};
    }

    Source sourceOf(const column::Key& kind, Form& form)
    {
        const auto of = elsewhere(kind.table, kind.column);
        if (!of) return Copy{};
        const Column& other = at(*of);
        require(
            kind.found >= 1 || std::holds_alternative<Sequence>(other.source),
            fmt::format("\"found\" is below 1, and {}.{} is no sequence", kind.table, kind.column));
        requireKey(other, kind.table);
        form = other.form;
        return Key{.of = *of, .found = kind.found};
    }

    Source sourceOf(const column::Children& kind, Form& form)
    {
        const auto of = elsewhere(kind.table, kind.column);
        if (!of) return Copy{};
        requireKey(at(*of), kind.table);
        form = at(*of).form;
        Children source{.of = *of, .ends = summed(kind.lengths)};
        const auto parents = pieceOf(table().rows - 1, source.ends).index + 1;
        require(parents <= tables_[of->table].rows,
                fmt::format("\"{}\" has {} rows, {} are needed", kind.table,
                            tables_[of->table].rows, parents));
        return source;
    }

    Source sourceOf(const column::Position& kind, Form&)
    {
        const int of = before(kind.of, std::nullopt, "");
        const auto* children = wrong_ ? nullptr : std::get_if<Children>(&sourceAt(of));
        require(children != nullptr, fmt::format("\"{}\" is not of the kind children", kind.of));
        if (!children) return Copy{};
        return Position{.of = static_cast<std::size_t>(of), .ends = children->ends};
    }

    Source sourceOf(const column::Lookup& kind, Form& form)
    {
        const auto of = elsewhere(kind.table, kind.column);
        const int by = before(kind.by, std::nullopt, "");
        if (!of || wrong_) return Copy{};
        const auto* key = std::get_if<Key>(&sourceAt(by));
        const auto* children = std::get_if<Children>(&sourceAt(by));
        require((key && key->of.table == of->table) ||
                    (children && children->of.table == of->table),
                fmt::format("\"{}\" is no key of \"{}\"", kind.by, kind.table));
        form = at(*of).form;
        return Lookup{.of = *of, .by = static_cast<std::size_t>(by)};
    }

    Source sourceOf(const column::Copy& kind, Form& form)
    {
        const int of = before(kind.of, std::nullopt, "");
        if (wrong_) return Copy{};
        form = table().columns[static_cast<std::size_t>(of)].form;
        return Copy{.of = static_cast<std::size_t>(of)};
    }

    /// A column of the same table that stands before.
    int before(const std::string& name, std::optional<TableType> type, const std::string& what)
    {
        const auto& columns = table().columns;
        const auto found = std::ranges::find(columns, name, &Column::name);
        require(found != columns.end(), fmt::format("there is no column \"{}\" before it", name));
        if (found == columns.end()) return -1;
        require(!type || (found->form.type == *type && !found->form.prefixed),
                fmt::format("\"{}\" does not hold {}", name, what));
        return static_cast<int>(found - columns.begin());
    }

    /// A column of a table before this one.
    std::optional<Place> elsewhere(const std::string& name, const std::string& column)
    {
        const auto found = std::find_if(tables_.begin(), tables_.end() - 1,
                                        [&](const Table& each) { return each.name == name; });
        require(found != tables_.end() - 1,
                fmt::format("there is no table \"{}\" before it", name));
        if (found == tables_.end() - 1) return std::nullopt;
        const auto place = std::ranges::find(found->columns, column, &Column::name);
        require(place != found->columns.end(),
                fmt::format("there is no column \"{}\" in \"{}\"", column, name));
        if (place == found->columns.end()) return std::nullopt;
        return Place{.table = static_cast<std::size_t>(found - tables_.begin()),
                     .column = static_cast<std::size_t>(place - found->columns.begin())};
    }

    void requireKey(const Column& column, const std::string& tableName)
    {
        require(column.nulls <= 0,
                fmt::format("{}.{} has missing values, which are no keys", tableName, column.name));
    }

    void require(bool holds, const std::string& what)
    {
        if (holds || wrong_) return;
        wrong_ = invalidArgument(column_.empty()
                                     ? fmt::format("table \"{}\": {}.", tables_.back().name, what)
                                     : fmt::format("table \"{}\", column \"{}\": {}.",
                                                   tables_.back().name, column_, what));
    }

    Table& table() { return tables_.back(); }
    const Column& at(const Place& place) const
    {
        return tables_[place.table].columns[place.column];
    }
    const Source& sourceAt(int column)
    {
        return table().columns[static_cast<std::size_t>(column)].source;
    }

    const TableSetSpec& spec_;
    std::int64_t rows_;
    std::string column_; ///< that is being resolved
    std::vector<Table> tables_;
    std::optional<Error> wrong_;
};

} // namespace

Result<std::vector<Table>> resolvedTables(const TableSetSpec& spec, std::int64_t rows)
{
    if (rows < 1 || rows > mostRows)
        return invalidArgument(fmt::format("{} rows: give 1 to {}.", rows, mostRows));
    return Resolver(spec, rows).run();
}

} // namespace spillway::cells
