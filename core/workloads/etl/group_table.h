#pragma once

#include "workloads/etl/etl_result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spillway {

/// Columns of a table of groups in front of the means: key and count.
inline constexpr std::size_t groupKeyColumns = 2;

/// The parts of a table of groups (groupColumns()), which must outlive them.
struct GroupColumns {
    const std::vector<std::string>* keys = nullptr; ///< null: a table of another form
    const std::vector<std::int64_t>* counts = nullptr;
    std::vector<std::string> values;
    std::vector<const std::vector<double>*> means;
    std::vector<const std::vector<double>*> magnitudes;

    explicit GroupColumns(const ResultTable& table);
    GroupMean group(std::size_t row) const;
};

/// To a table of groupColumns() for as many means and magnitudes.
void appendGroup(ResultTable& table, GroupMean group);

} // namespace spillway
