#pragma once

#include "workloads/result_form.h"

namespace spillway {

/// A query's result as `run --json` and sessions have it:
///     {"kind": "query", "columns": [{"name", "type"}], "rows_count": n,
///      "rows": [[cell, …], …] of at most 1,000 rows, "rows_hash": "16 hexadecimal digits",
///      "files": {"count", "bytes", "rows"} when it wrote its rows, each in "written",
///      "input_rows", "measures", "notes", "detail"}
/// An engine sends the general form of docs/protocol.md, which is read as well.
const ResultForm& queryForm();

} // namespace spillway
