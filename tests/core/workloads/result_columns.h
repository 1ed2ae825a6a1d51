#pragma once

#include "workloads/result_table.h"

#include <variant>
#include <vector>

namespace spillway::test {

/// To be spoilt. T is the type of the column's values.
template <class T>
std::vector<T>& column(ResultTable& table, std::size_t place)
{
    return std::get<std::vector<T>>(table.columns[place].values);
}

} // namespace spillway::test
