#pragma once

#include "analysis/table.h"

namespace spillway {

/// The summary as a terminal has room for it: one row a cell, intervals in one column with their
/// median, columns that say nothing left out. summaryTable() is the full one, for machines.
Table shortTable(const Comparison& comparison);

} // namespace spillway
