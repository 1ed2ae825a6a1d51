#pragma once

#include "native/objectstore/driver.h"
#include "native/objectstore/run_settings.h"
#include "workloads/etl/etl.h"
#include "workloads/run_result.h"

namespace spillway {

/// Group-by mean on the object store. Phases: `compute` when streamed; `load` then `compute` when
/// loaded.
Result<RunResult> runEtl(Driver& driver, const RunSettings& settings, const EtlWorkload& workload);

} // namespace spillway
