#include "generator/table_spec.h"

#include "base/json.h"
#include "generator/civil_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t mostTables = 100;
constexpr std::size_t mostColumns = 1000;
constexpr std::int64_t mostRows = 1'000'000'000'000;
constexpr std::int64_t largest =
    1'000'000'000'000'000; ///< exact in a float64, and no sum overflows
constexpr int mostDigits = 18;
constexpr int mostDecimals = 9;

/// The fields of one object. The first thing that is wrong is kept, with its place.
class Fields {
public:
    Fields(const Json& json, std::string place, std::optional<Error>& wrong)
        : json_(json), place_(std::move(place)), wrong_(wrong)
    {
        if (!json.is_object()) complain("is no object");
    }

    const std::string& place() const { return place_; }
    void complain(const std::string& what)
    {
        if (!wrong_) wrong_ = invalidArgument(fmt::format("{}: {}.", place_, what));
    }
    void require(bool holds, const std::string& what)
    {
        if (!holds) complain(what);
    }
    bool has(const char* name) const { return json_.is_object() && json_.contains(name); }

    template <class T>
    T get(const char* name)
    {
        read_.insert(name);
        auto value = field<T>(json_, name);
        if (value) return std::move(*value);
        auto message = value.error().message;
        if (message.ends_with('.')) message.pop_back();
        complain(message);
        return T{};
    }
    template <class T>
    T get(const char* name, T fallback)
    {
        read_.insert(name);
        return has(name) ? get<T>(name) : std::move(fallback);
    }
    Json json(const char* name) { return get<Json>(name); }

    template <class T>
    T within(const char* name, T fallback, T least, T most)
    {
        const T value = get<T>(name, fallback);
        require(value >= least && value <= most,
                fmt::format("\"{}\" is {}, not from {} to {}", name, value, least, most));
        return std::clamp(value, least, most);
    }
    std::string word(const char* name, const std::string& fallback,
                     const std::vector<std::string>& known)
    {
        auto value = get<std::string>(name, fallback);
        require(std::ranges::find(known, value) != known.end(),
                fmt::format("\"{}\" is \"{}\", which is not known", name, value));
        return value;
    }

    TableCount count(const char* name, TableCount fallback)
    {
        read_.insert(name);
        if (!has(name)) return fallback;
        const Json value = json(name);
        if (value.is_number_integer())
            return {.plus = within<std::int64_t>(name, 0, -largest, largest)};
        Fields fields(value, fmt::format("{}, \"{}\"", place_, name), wrong_);
        TableCount count{.factor = fields.within<double>("factor", 0, 0, 1000),
                         .least = fields.within<std::int64_t>("least", 0, 0, largest),
                         .plus = fields.within<std::int64_t>("plus", 0, -largest, largest)};
        fields.end();
        return count;
    }

    template <class T, class Read>
    T moment(const char* name, Read read, const char* example)
    {
        const auto text = get<std::string>(name);
        const auto value = read(text);
        require(value.has_value(),
                fmt::format("\"{}\" is \"{}\", not written as {}", name, text, example));
        return value.value_or(0);
    }
    std::int64_t day(const char* name)
    {
        return moment<std::int64_t>(name, daysOfText, "2024-02-29");
    }
    std::int64_t time(const char* name)
    {
        return moment<std::int64_t>(name, microsecondsOfText, "2024-02-29 23:59:59");
    }

    /// The table and the column of "table.column".
    std::pair<std::string, std::string> column(const char* name)
    {
        const auto text = get<std::string>(name);
        const auto dot = text.find('.');
        require(dot != std::string::npos,
                fmt::format("\"{}\" is \"{}\", not written as table.column", name, text));
        if (dot == std::string::npos) return {};
        return {text.substr(0, dot), text.substr(dot + 1)};
    }

    void end()
    {
        if (!json_.is_object()) return;
        for (const auto& [name, value] : json_.items())
            require(read_.contains(name), fmt::format("there is no field \"{}\"", name));
    }

private:
    const Json& json_;
    std::string place_;
    std::optional<Error>& wrong_;
    std::set<std::string> read_;
};

column::Kind sequence(Fields& fields)
{
    return column::Sequence{.from = fields.count("from", {.plus = 1}),
                            .step = fields.within<std::int64_t>("step", 1, 1, 1'000'000),
                            .shuffled = fields.get<bool>("shuffled", false)};
}

column::Kind integer(Fields& fields)
{
    return column::Integer{.low = fields.count("low", {.plus = 1}),
                           .high = fields.count("high", {})};
}

column::Kind real(Fields& fields)
{
    column::Real kind{.low = fields.within<double>("low", 0, -1e6, 1e6),
                      .high = fields.within<double>("high", 1, -1e6, 1e6),
                      .decimals = fields.within("decimals", 6, 1, mostDecimals),
                      .times = fields.get<std::string>("times", "")};
    fields.require(kind.low <= kind.high, "\"low\" is above \"high\"");
    return kind;
}

column::Kind normal(Fields& fields)
{
    column::Normal kind{.mean = fields.within<double>("mean", 0, -1e6, 1e6),
                        .deviation = fields.within<double>("deviation", 1, 0, 1e5),
                        .decimals = fields.within("decimals", 6, 1, mostDecimals),
                        .by = fields.get<std::string>("by", ""),
                        .means = fields.get<std::vector<double>>("means", {})};
    fields.require(kind.by.empty() == kind.means.empty(), "\"by\" goes with \"means\"");
    fields.require(std::ranges::all_of(kind.means, [](double m) { return std::abs(m) <= 1e6; }),
                   "a mean is not from -1e6 to 1e6");
    return kind;
}

column::Kind list(Fields& fields)
{
    column::List kind;
    const Json values = fields.json("values");
    fields.require(values.is_array() && !values.empty(), "\"values\" is no list with values");
    if (!values.is_array()) return kind;
    kind.integer = std::ranges::all_of(values, [](const Json& v) { return v.is_number_integer(); });
    for (const Json& value : values) {
        fields.require(kind.integer || value.is_string(),
                       "\"values\" is neither texts nor numbers");
        kind.values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    }
    return kind;
}

column::Kind choice(Fields& fields)
{
    column::Choice kind{.words = fields.get<std::vector<std::string>>("words"),
                        .weights = fields.get<std::vector<double>>("weights", {}),
                        .until = fields.get<std::string>("until", "")};
    fields.require(!kind.words.empty(), "\"words\" is empty");
    fields.require(kind.weights.empty() || kind.weights.size() == kind.words.size(),
                   "there is not one of \"weights\" for each of \"words\"");
    fields.require(
        std::ranges::all_of(kind.weights, [](double weight) { return weight > 0 && weight < 1e9; }),
        "a weight is not above 0");
    if (kind.until.empty()) return kind;
    kind.day = fields.day("day");
    kind.earlier = fields.get<std::vector<std::string>>("earlier");
    fields.require(!kind.earlier.empty(), "\"earlier\" is empty");
    return kind;
}

column::Kind date(Fields& fields)
{
    column::Date kind{.after = fields.get<std::string>("after", "")};
    if (kind.after.empty()) {
        kind.low = fields.day("low");
        kind.high = fields.day("high");
    } else {
        kind.low = fields.within<std::int64_t>("low", 0, -100'000, 100'000);
        kind.high = fields.within<std::int64_t>("high", 0, -100'000, 100'000);
    }
    fields.require(kind.low <= kind.high, "\"low\" is after \"high\"");
    return kind;
}

column::Kind timestamp(Fields& fields)
{
    const column::Timestamp kind{.low = fields.time("low"), .high = fields.time("high")};
    fields.require(kind.low < kind.high, "\"low\" is not before \"high\"");
    return kind;
}

column::Kind key(Fields& fields)
{
    auto [table, column] = fields.column("of");
    return column::Key{.table = std::move(table),
                       .column = std::move(column),
                       .found = fields.within<double>("found", 1, 0, 1)};
}

column::Kind children(Fields& fields)
{
    auto [table, column] = fields.column("of");
    column::Children kind{.table = std::move(table),
                          .column = std::move(column),
                          .lengths = fields.get<std::vector<std::int64_t>>("lengths")};
    fields.require(!kind.lengths.empty() && kind.lengths.size() <= 1000 &&
                       std::ranges::all_of(
                           kind.lengths, [](auto length) { return length >= 1 && length <= 1000; }),
                   "\"lengths\" is not 1 to 1000 numbers from 1 to 1000");
    return kind;
}

column::Kind position(Fields& fields)
{
    return column::Position{.of = fields.get<std::string>("of")};
}

column::Kind lookup(Fields& fields)
{
    auto [table, column] = fields.column("of");
    return column::Lookup{.table = std::move(table),
                          .column = std::move(column),
                          .by = fields.get<std::string>("by")};
}

column::Kind copy(Fields& fields)
{
    return column::Copy{.of = fields.get<std::string>("of")};
}

constexpr std::pair<const char*, column::Kind (*)(Fields&)> kinds[]{
    {"sequence", sequence}, {"integer", integer},     {"real", real},
    {"normal", normal},     {"list", list},           {"choice", choice},
    {"date", date},         {"timestamp", timestamp}, {"key", key},
    {"children", children}, {"position", position},   {"lookup", lookup},
    {"copy", copy}};

TableColumnSpec tableColumn(const Json& json, const std::string& table, std::optional<Error>& wrong)
{
    const auto name = fieldOr(json, "name", std::string());
    Fields fields(json, fmt::format("{}, column \"{}\"", table, name), wrong);
    TableColumnSpec column{.name = fields.get<std::string>("name"),
                           .kind = {},
                           .text = {},
                           .nulls = fields.within<double>("nulls", 0, 0, 1),
                           .own = fields.get<bool>("own", false),
                           .hidden = fields.get<bool>("hidden", false)};
    fields.require(!column.name.empty() && column.name.size() <= 100 &&
                       column.name.find_first_of("\",;|\t\r\n") == std::string::npos,
                   "a name has 1 to 100 bytes, no quotes, delimiters or line breaks");
    if (fields.has("text")) {
        const Json value = fields.json("text");
        Fields text(value, fields.place() + ", \"text\"", wrong);
        column.text = IdText{.prefix = text.get<std::string>("prefix", ""),
                             .digits = text.within("digits", 0, 0, mostDigits)};
        text.require(column.text->prefix.find_first_of("\",;|\t\r\n") == std::string::npos,
                     "a prefix has no quotes, delimiters or line breaks");
        text.end();
    }
    const auto kind = fields.get<std::string>("kind");
    const auto* known = std::ranges::find_if(kinds, [&](auto& each) { return each.first == kind; });
    if (known == std::end(kinds)) {
        fields.complain(fmt::format("there is no kind \"{}\"", kind));
        return column;
    }
    column.kind = known->second(fields);
    fields.end();
    return column;
}

bool isPlainName(const std::string& name)
{
    return !name.empty() && name.size() <= 60 && (name[0] < '0' || name[0] > '9') &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_';
           });
}

TableSpec table(const Json& json, std::optional<Error>& wrong)
{
    const auto name = fieldOr(json, "name", std::string());
    Fields fields(json, fmt::format("table \"{}\"", name), wrong);
    const auto delimiter = fields.word("delimiter", ",", {",", ";", "\t", "|"});
    TableSpec table{.name = fields.get<std::string>("name"),
                    .rows = fields.count("rows", {.factor = 1}),
                    .delimiter = delimiter.empty() ? ',' : delimiter[0],
                    .repeats = fields.within<double>("repeats", 0, 0, 1),
                    .columns = {}};
    fields.require(isPlainName(table.name), "a name has 1 to 60 letters, digits and _");
    const Json columns = fields.json("columns");
    fields.require(columns.is_array() && !columns.empty() && columns.size() <= mostColumns,
                   fmt::format("\"columns\" is not a list of 1 to {}", mostColumns));
    std::set<std::string> names;
    for (const Json& column : columns.is_array() ? columns : Json::array()) {
        table.columns.push_back(tableColumn(column, fields.place(), wrong));
        fields.require(names.insert(table.columns.back().name).second,
                       fmt::format("there are two columns \"{}\"", table.columns.back().name));
    }
    fields.require(std::ranges::any_of(table.columns, [](auto& column) { return !column.hidden; }),
                   "all columns are hidden");
    fields.end();
    return table;
}

} // namespace

std::int64_t TableCount::of(std::int64_t rows) const
{
    const double scaled =
        std::min(factor * static_cast<double>(rows), static_cast<double>(mostRows));
    return std::max<std::int64_t>(least, std::llround(scaled)) + plus;
}

Result<TableSetSpec> tableSetFromJson(const Json& json)
{
    std::optional<Error> wrong;
    Fields fields(json, "tables", wrong);
    TableSetSpec set{.suite = fields.get<std::string>("suite"),
                     .title = fields.get<std::string>("title", ""),
                     .seed = fields.get<std::uint64_t>("seed", 1),
                     .tables = {},
                     .declaration = toLine(json)};
    const Json tables = fields.json("tables");
    fields.require(tables.is_array() && !tables.empty() && tables.size() <= mostTables,
                   fmt::format("\"tables\" is not a list of 1 to {}", mostTables));
    std::set<std::string> names;
    for (const Json& each : tables.is_array() ? tables : Json::array()) {
        set.tables.push_back(table(each, wrong));
        fields.require(names.insert(set.tables.back().name).second,
                       fmt::format("there are two tables \"{}\"", set.tables.back().name));
    }
    fields.end();
    if (wrong) return *wrong;
    return set;
}

} // namespace spillway
