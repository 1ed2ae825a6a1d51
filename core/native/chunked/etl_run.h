#pragma once

#include "native/chunked/ordered_scan.h"
#include "protocol/run_spec.h"

namespace spillway {

/// Group-by mean on the chunked engine. Phases: `compute` when streamed; `load` then `compute` when
/// loaded.
Result<EtlResult> runEtl(const RunSpec& spec, const EtlWorkload& workload,
                         const ScanOptions& options, const PassContext& pass);

} // namespace spillway
