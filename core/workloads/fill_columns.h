#pragma once

#include "data/open_dataset.h"
#include "workloads/workload.h"

namespace spillway {

/// Fills in the columns that `workload` leaves open: the single-column role with the key and the
/// multi-column role with the values of chooseColumns() (data/open_dataset.h), whose explanation
/// and errors are returned. A kind without roles reads no columns: an empty choice.
Result<ColumnChoice> fillColumns(Workload& workload, const OpenedDataset& opened);

} // namespace spillway
