#pragma once

#include "analysis/table.h"

namespace spillway {

/// The summary, short enough for a terminal: one row per cell, intervals in one column with their
/// median, empty columns left out. summaryTable() is the full one, for machines.
Table shortTable(const Comparison& comparison);

} // namespace spillway
