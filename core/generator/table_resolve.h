#pragma once

#include "generator/table_cells.h"

#include <vector>

namespace spillway::cells {

/// The tables with every reference found and every count a number: what TablePlan::make() says.
Result<std::vector<Table>> resolvedTables(const TableSetSpec& spec, std::int64_t rows);

} // namespace spillway::cells
