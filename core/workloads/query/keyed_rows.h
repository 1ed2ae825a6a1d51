#pragma once

#include "workloads/result_table.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace spillway {

using Columns = std::vector<const ResultColumn*>;

/// The rows of a table that are compared.
struct KeptRows {
    const Columns& columns;
    std::size_t rows = 0;
    std::function<bool(std::size_t)> keep;
};

/// What is done with the rows of both sides that have one key; false ends.
using EachKey =
    std::function<bool(std::vector<std::size_t>& found, std::vector<std::size_t>& expected)>;

/// Both sides by their keys: all cells but those of float64, of which only whether they are
/// missing. Takes 16 bytes a row, since results have millions: of a key its hash is kept. Rows of
/// different keys with one hash, of which there are hardly any, are handed out together, so `each`
/// compares all cells.
void forEachKey(const KeptRows& found, const KeptRows& expected, const EachKey& each);

} // namespace spillway
