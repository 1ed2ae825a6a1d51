#pragma once

#include "experiment/plan.h"
#include "session/session_store.h"

#include <vector>

namespace spillway {

/// Cells of one comparison that are to be run some more times.
struct MoreRuns {
    std::vector<CellKey> cells;
    int repeats = 1;
    Workload workload; ///< in the form that the cells' runs have
};

/// The plan that runs `more`: as the plan of the newest run of the first cell has it, but with
/// these cells' data, engines and worker counts, each once, and without a time budget. Data are the
/// ones that the cells ran on, in the format in which they did: copies of one origin share a cell's
/// dataset. A plan is a product, so cells in two formats or with two worker counts bring their
/// combinations. NotFound when the session no longer holds the plan or the data.
Result<Plan> planOfMore(const MoreRuns& more, const std::vector<RunRecord>& records,
                        const std::vector<StoredPlan>& plans);

} // namespace spillway
