#include "data/table_set.h"

#include "base/json.h"
#include "data/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

constexpr std::size_t longestName = 60;

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

Result<void> checkNames(const std::vector<NamedTable>& tables)
{
    if (tables.empty() || tables.size() > maxTables)
        return invalidArgument(
            fmt::format("A dataset has 1 to {} tables, not {}.", maxTables, tables.size()));
    std::set<std::string> names;
    for (const auto& [name, dataset] : tables) {
        if (!isTableName(name))
            return invalidArgument(fmt::format("A table cannot be called \"{}\".", name),
                                   "Use letters, digits and _, with no digit first.");
        if (!names.insert(name).second)
            return invalidArgument(fmt::format("There are two tables \"{}\".", name),
                                   "Give each a name of its own.");
    }
    return {};
}

/// What a reading of the files as other tables would change: their names and how many files each
/// has. The readings other than guessed are at the end of the datasets' own fingerprints.
std::string markOf(const std::vector<NamedTable>& tables)
{
    ContentHash hash;
    for (const auto& [name, dataset] : tables) {
        const auto& own = dataset.fingerprint;
        const auto dash = own.find('-');
        const auto text = fmt::format("{}\n{}\n{}\n", name, dataset.paths.size(),
                                      dash == std::string::npos ? "" : own.substr(dash));
        hash.add(text);
    }
    return "-" + hash.hexadecimal().substr(0, 16);
}

/// "orders + customers"; of many the first ones and how many more.
std::string namesOf(const std::vector<NamedTable>& tables)
{
    constexpr std::size_t named = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(named, tables.size()); ++i)
        names += (i == 0 ? "" : " + ") + tables[i].first;
    if (tables.size() > named) names += fmt::format(" + {} more", tables.size() - named);
    return names;
}

} // namespace

bool isTableName(std::string_view name)
{
    return !name.empty() && name.size() <= longestName && isLetter(name.front()) &&
           std::ranges::all_of(name, [](char c) { return isLetter(c) || (c >= '0' && c <= '9'); });
}

Result<Dataset> tableSet(const std::vector<NamedTable>& tables)
{
    if (auto checked = checkNames(tables); !checked) return checked.error();
    Dataset all{.name = {}, .paths = {}, .schema = tables.front().second.schema};
    for (const auto& [name, dataset] : tables) {
        all.paths.insert(all.paths.end(), dataset.paths.begin(), dataset.paths.end());
        all.bytes += dataset.bytes;
        all.tables.push_back(
            {name, dataset.paths.size(), dataset.schema, dataset.rows, dataset.bytes});
    }
    all.name = namesOf(tables);
    const auto sampled = sampledFingerprint(all.paths);
    if (!sampled) return unreadable(sampled.error().message);
    all.fingerprint = *sampled + markOf(tables);
    return all;
}

Result<void> checkTables(const Dataset& dataset)
{
    std::set<std::string> names;
    std::size_t files = 0;
    for (const DataTable& table : dataset.tables) {
        if (!isTableName(table.name))
            return badField("tables", "names of letters, digits and _, with no digit first");
        if (!names.insert(table.name).second)
            return badField("tables", "a different name for each table");
        if (table.files > dataset.paths.size() - files)
            return badField("tables", "as many files as the dataset has");
        files += table.files;
    }
    if (!dataset.tables.empty() && files != dataset.paths.size())
        return badField("tables", "all files of the dataset");
    return {};
}

} // namespace spillway
