#pragma once

#include "native/chunked/ordered_scan.h"
#include "protocol/run_spec.h"
#include "workloads/logreg/logreg.h"
#include "workloads/run_result.h"

namespace spillway {

/// Logistic regression on the chunked engine. Phases: `load` (columns parsed and split),
/// `fit`, `score`. With the profile `reference` and a ModelJob it judges that model instead.
Result<RunResult> runLogreg(const RunSpec& spec, const LogregWorkload& workload,
                            const ScanOptions& options, const PassContext& pass);

} // namespace spillway
