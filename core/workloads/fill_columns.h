#pragma once

#include "data/open_dataset.h"
#include "workloads/workload.h"

namespace spillway {

/// Fills in the columns that `workload` leaves open: the role of one column as the key, that of
/// many as the values of chooseColumns() (data/open_dataset.h), whose sentence and errors these
/// are. A kind without roles reads no columns: an empty choice.
Result<ColumnChoice> fillColumns(Workload& workload, const OpenedDataset& opened);

} // namespace spillway
