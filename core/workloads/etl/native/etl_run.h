#pragma once

#include "native/chunked/ordered_scan.h"
#include "protocol/run_spec.h"
#include "workloads/etl/etl.h"
#include "workloads/run_result.h"

namespace spillway {

/// Group-by mean on the chunked engine. Phases: `compute` when streamed; `load` then `compute` when
/// loaded. With the profile `reference` a streamed run tells the means of |x| too.
Result<RunResult> runEtl(const RunSpec& spec, const EtlWorkload& workload,
                         const ScanOptions& options, const PassContext& pass);

} // namespace spillway
