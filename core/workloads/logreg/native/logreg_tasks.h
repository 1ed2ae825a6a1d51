#pragma once

#include "native/objectstore/driver.h"
#include "native/objectstore/run_settings.h"
#include "workloads/logreg/logreg.h"
#include "workloads/run_result.h"

namespace spillway {

/// Logistic regression on the object store. Phases: `load` (columns parsed and split),
/// `fit`, `score`.
Result<RunResult> runLogreg(Driver& driver, const RunSettings& settings,
                            const LogregWorkload& workload);

} // namespace spillway
