#include "workloads/query/keyed_rows.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>

namespace spillway {
namespace {

struct KeyedRow {
    std::uint64_t key;
    std::size_t row;

    bool operator<(const KeyedRow& other) const
    {
        return std::tie(key, row) < std::tie(other.key, other.row);
    }
};

void addKey(const ResultColumn& column, std::size_t row, std::string& key)
{
    if (column.isMissing(row)) {
        key += '\x01';
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
        key += '\x02' + std::to_string((*texts)[row].size()) + ':' + (*texts)[row];
    } else if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&column.values)) {
        key += '\x03' + std::to_string((*whole)[row]) + ';';
    } else {
        key += '\x04';
    }
}

std::vector<KeyedRow> keyedRows(const KeptRows& table)
{
    std::vector<KeyedRow> keyed;
    keyed.reserve(table.rows);
    std::string key;
    for (std::size_t row = 0; row < table.rows; ++row) {
        if (!table.keep(row)) continue;
        key.clear();
        for (const ResultColumn* column : table.columns)
            addKey(*column, row, key);
        keyed.push_back({XXH64(key.data(), key.size(), 0), row});
    }
    std::sort(keyed.begin(), keyed.end());
    return keyed;
}

/// The rows of `key`, which stand at `at` if there are any; `at` is behind them then.
std::vector<std::size_t> rowsOf(std::uint64_t key, const std::vector<KeyedRow>& keyed,
                                std::size_t& at)
{
    std::vector<std::size_t> rows;
    for (; at < keyed.size() && keyed[at].key == key; ++at)
        rows.push_back(keyed[at].row);
    return rows;
}

} // namespace

void forEachKey(const KeptRows& found, const KeptRows& expected, const EachKey& each)
{
    const auto ofFound = keyedRows(found);
    const auto ofExpected = keyedRows(expected);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < ofFound.size() || j < ofExpected.size()) {
        const bool next =
            j == ofExpected.size() || (i < ofFound.size() && ofFound[i].key < ofExpected[j].key);
        const auto key = next ? ofFound[i].key : ofExpected[j].key;
        auto rowsFound = rowsOf(key, ofFound, i);
        auto rowsExpected = rowsOf(key, ofExpected, j);
        if (!each(rowsFound, rowsExpected)) return;
    }
}

} // namespace spillway
