#include "data/open_dataset.h"

#include "base/name_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

/// As an option would be given them, and legible: a name with a comma stands in double quotes.
std::string withCommas(const std::vector<std::string>& names)
{
    std::string list;
    for (const auto& name : names)
        list += (list.empty() ? "" : ", ") + recordOfNames({name});
    return list;
}

template <class Keep>
std::vector<std::string> namesWhere(const Schema& schema, const Keep& keep)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < schema.columns.size(); ++i)
        if (keep(schema.columns[i], i)) names.push_back(schema.columns[i].name);
    return names;
}

std::vector<std::string> namesOfType(const Schema& schema, ColumnType type,
                                     const std::string& except)
{
    return namesWhere(schema, [&](const Column& column, std::size_t) {
        return column.type == type && column.name != except;
    });
}

/// Few values that come back often, like a label's codes; a running number is none.
bool fewValued(const std::vector<std::vector<std::string>>& preview, std::size_t column)
{
    constexpr std::size_t most = 20;
    std::set<std::string_view> values;
    for (const auto& row : preview)
        if (column < row.size()) values.insert(row[column]);
    return values.size() <= most && 2 * values.size() <= preview.size();
}

Result<std::string> chooseKey(const OpenedDataset& opened)
{
    if (opened.manifest) return opened.manifest->label;
    const Schema& schema = opened.dataset.schema;
    auto fitting = namesOfType(schema, ColumnType::Text, {});
    if (fitting.empty())
        fitting = namesWhere(schema, [&](const Column& column, std::size_t i) {
            return column.type == ColumnType::Integer && fewValued(opened.guess.preview, i);
        });
    if (fitting.size() == 1) return fitting.front();
    const auto all = namesWhere(schema, [](const Column&, std::size_t) { return true; });
    if (fitting.empty())
        return invalidArgument(
            fmt::format("No column of {} is suitable as group or label.", opened.dataset.name),
            fmt::format("Name one with --group-by or --label: {}.", withCommas(all)));
    return invalidArgument(fmt::format("Several columns of {} may be the group or label: {}.",
                                       opened.dataset.name, withCommas(fitting)),
                           "Name one of them with --group-by or --label.");
}

Result<std::vector<std::string>> chooseValues(const OpenedDataset& opened, const std::string& key)
{
    if (opened.manifest) {
        auto features = opened.manifest->features;
        std::erase(features, key);
        if (!features.empty()) return features;
    }
    for (const ColumnType type : {ColumnType::Real, ColumnType::Integer}) {
        auto names = namesOfType(opened.dataset.schema, type, key);
        if (!names.empty()) return names;
    }
    return invalidArgument(
        fmt::format("{} has no numeric column besides {}.", opened.dataset.name, key),
        "If one of them holds numbers, say so: --column NAME=real.");
}

Result<void> checkExists(const Schema& schema, const std::string& name)
{
    if (schema.find(name)) return {};
    const auto all = namesWhere(schema, [](const Column&, std::size_t) { return true; });
    return invalidArgument(fmt::format("There is no column {}.", name),
                           fmt::format("The columns are {}.", withCommas(all)));
}

/// Why a column is treated as text, with a sampled value if there is one.
Error textNotNumbers(const OpenedDataset& opened, const std::string& name)
{
    const auto& texts = opened.guess.textValues;
    const auto found = texts.find(name);
    const bool sampled = !opened.guess.schema.columns.empty();
    std::string where;
    if (found != texts.end()) {
        const TextValue& text = found->second;
        const auto line = text.line ? fmt::format("line {}, ", *text.line) : std::string();
        const auto file = text.file.empty() ? std::string() : text.file + ", ";
        where = fmt::format(" ({}{}byte {} holds {})", file, line, text.offset, text.value);
    } else if (sampled && !opened.manifest) {
        where = " (no sampled row has a value in it)";
    }
    return invalidArgument(
        fmt::format("Column {} is text, not numbers{}.", name, where),
        fmt::format("If it holds numbers, say so: --column {}=real; words for missing "
                    "values: --missing; a decimal comma: --decimal ,",
                    name));
}

Result<void> checkValues(const OpenedDataset& opened, const std::vector<std::string>& values)
{
    const Schema& schema = opened.dataset.schema;
    for (const auto& name : values) {
        if (auto exists = checkExists(schema, name); !exists) return exists;
        if (!isNumber(schema.columns[*schema.find(name)].type)) return textNotNumbers(opened, name);
        if (std::ranges::count(values, name) > 1)
            return invalidArgument(fmt::format("Column {} is named twice.", name));
    }
    return {};
}

} // namespace

Result<ColumnChoice> chooseColumns(const OpenedDataset& opened, const std::string& key,
                                   const std::vector<std::string>& values)
{
    const Schema& schema = opened.dataset.schema;
    ColumnChoice choice{.key = key, .values = values, .reason = {}};
    if (key.empty()) {
        auto chosen = chooseKey(opened);
        if (!chosen) return chosen.error();
        choice.key = std::move(*chosen);
    }
    if (auto exists = checkExists(schema, choice.key); !exists) return exists.error();
    if (values.empty()) {
        auto chosen = chooseValues(opened, choice.key);
        if (!chosen) return chosen.error();
        choice.values = std::move(*chosen);
    }
    if (auto numeric = checkValues(opened, choice.values); !numeric) return numeric.error();
    const bool given = !key.empty() && !values.empty();
    const auto* source = given             ? "as given"
                         : opened.manifest ? "manifest"
                                           : "guessed from the types";
    choice.reason =
        fmt::format("{} by {} ({})", withCommas(choice.values), withCommas({choice.key}), source);
    return choice;
}

} // namespace spillway
