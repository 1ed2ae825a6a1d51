#pragma once

#include "native/chunked/ordered_scan.h"
#include "native/chunked/partition_store.h"
#include "protocol/run_spec.h"
#include "workloads/logreg/logreg.h"
#include "workloads/logreg/native/labelled_tally.h"

namespace spillway {

/// Reads the label and feature columns into `store`, training rows separate from test rows; each
/// block numbers its own labels. InvalidArgument when there is nothing to learn from: no rows, one
/// class, an infinite feature, more classes than 65,536 or than training rows.
Result<LabelledData> loadLabelled(const RunSpec& spec, const LogregWorkload& workload,
                                  const ScanPlan& plan, PartitionStore& store,
                                  const PassContext& pass);

} // namespace spillway
