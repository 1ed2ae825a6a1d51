#pragma once

#include "native/chunked/ordered_scan.h"
#include "protocol/run_spec.h"
#include "workloads/logreg/logreg.h"

namespace spillway {

/// Logistic regression on the chunked engine. Phases: `load` (columns parsed and split),
/// `fit`, `score`.
Result<LogregResult> runLogreg(const RunSpec& spec, const LogregWorkload& workload,
                               const ScanOptions& options, const PassContext& pass);

} // namespace spillway
